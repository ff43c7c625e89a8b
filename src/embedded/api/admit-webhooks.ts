/**
 * What admission webhooks make of a write. The embedded cluster calls nobody: every webhook that is meant fails as one
 * does whose backend is not there, which `failurePolicy: Fail` turns into a 500. Changes nothing.
 */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { type AdmittedWrite, isMatched } from './admission-match.ts';
import type { ApiRequest } from './api-context.ts';
import { badRequest, StatusError } from './status-error.ts';

type Stage = 'mutating' | 'validating';

const group = 'admissionregistration.k8s.io';

export function admitByWebhooks(request: ApiRequest, stage: Stage, write: AdmittedWrite): void {
  const { context, type, dryRun, access } = request;
  if (type.group === group || (access === undefined && type.name !== 'pods')) return;
  for (const configuration of context.objects.list(`${stage}webhookconfigurations.${group}`)) {
    for (const webhook of objectsAt(configuration as unknown as JsonObject, 'webhooks')) {
      if (!isMatched(request, webhook, { rules: objectsAt(webhook, 'rules'), write })) continue;
      if (dryRun && webhook.sideEffects !== 'None' && webhook.sideEffects !== 'NoneOnDryRun')
        throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
      if (webhook.failurePolicy !== 'Ignore') throw callFailed(request, webhook);
    }
  }
}

function callFailed(request: ApiRequest, webhook: JsonObject): StatusError {
  const timeout = typeof webhook.timeoutSeconds === 'number' ? webhook.timeoutSeconds : 10;
  const { url, why } = addressOf(request, objectAt(webhook, 'clientConfig') ?? {});
  const name = JSON.stringify(webhook.name);
  const message = `failed calling webhook ${name}: failed to call webhook: Post "${url}?timeout=${timeout}s": ${why}`;
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

function addressOf({ context }: ApiRequest, client: JsonObject): { url: string; why: string } {
  const service = objectAt(client, 'service');
  if (service === undefined) {
    const url = String(client.url);
    return { url, why: refusedBy(url) };
  }
  const [name, namespace] = [String(service.name), String(service.namespace)];
  const port = typeof service.port === 'number' ? service.port : 443;
  const url = `https://${name}.${namespace}.svc:${port}${String(service.path ?? '/')}`;
  const found = context.objects.get('services', namespace, name);
  if (found === undefined) return { url, why: `service ${JSON.stringify(name)} not found` };
  const spec = found.spec as JsonObject;
  if (!objectsAt(spec, 'ports').some((one) => one.port === port))
    return { url, why: `no service port ${port} found for service ${JSON.stringify(name)}` };
  return { url, why: `dial tcp ${String(spec.clusterIP)}:${port}: connect: connection refused` };
}

function refusedBy(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return `parse ${JSON.stringify(address)}: invalid URI for request`;
  if (/^[\d.]+$|^\[/.test(url.hostname))
    return `dial tcp ${url.hostname}:${url.port || '443'}: connect: connection refused`;
  return `dial tcp: lookup ${url.hostname}: no such host`;
}
