/**
 * Admission webhooks: takes a write, returns the object as mutating ones leave it, refuses what one of them refuses. Those
 * that listen on the loopback are called; every other one fails as it does when its backend is not there.
 */

import { jsonPatch, type PatchOperation } from '../../foundation/fields/json-patch.ts';
import { isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { DecodeError } from '../schema/decode-object.ts';
import { type AdmittedWrite, isMatched } from './admission-match.ts';
import { admissionOptions, admissionRequest } from './admission-request.ts';
import { admissionValues, evaluate } from './admission-values.ts';
import type { ApiRequest } from './api-context.ts';
import type { CallOutcome, WebhookCall } from './call-webhook.ts';
import { decodeInput } from './decode-input.ts';
import { badRequest, StatusError } from './status-error.ts';
import { answerTo } from './webhook-calls.ts';

type Stage = 'mutating' | 'validating';

const group = 'admissionregistration.k8s.io';

interface Meant {
  readonly webhook: JsonObject;
  /** Tells its answer from others to the same request. */
  readonly key: string;
}

export function validateByWebhooks(request: ApiRequest, write: AdmittedWrite): void {
  for (const meant of meantBy(request, 'validating', write)) ask(request, meant, write);
}

/** The object that is written, which is the one given where nobody changed it; none where one is deleted. */
export function mutateByWebhooks(request: ApiRequest, write: AdmittedWrite): KubernetesObject | undefined {
  let { object } = write;
  const seen: { readonly meant: Meant; readonly left: KubernetesObject | undefined }[] = [];
  for (const meant of meantBy(request, 'mutating', write)) {
    object = mutate(request, meant, { ...write, object });
    seen.push({ meant, left: object });
  }
  for (const { meant, left } of seen) {
    if (meant.webhook.reinvocationPolicy !== 'IfNeeded' || left === object) continue;
    object = mutate(request, { ...meant, key: `${meant.key}/again` }, { ...write, object });
  }
  return object;
}

function* meantBy(request: ApiRequest, stage: Stage, write: AdmittedWrite): Iterable<Meant> {
  const { context, type, dryRun, access } = request;
  if (type.group === group || (access === undefined && type.name !== 'pods')) return;
  for (const configuration of context.objects.list(`${stage}webhookconfigurations.${group}`)) {
    for (const webhook of objectsAt(configuration as unknown as JsonObject, 'webhooks')) {
      if (!isMatched(request, webhook, { rules: objectsAt(webhook, 'rules'), write })) continue;
      if (!conditionsHold(request, webhook, write)) continue;
      if (dryRun && webhook.sideEffects !== 'None' && webhook.sideEffects !== 'NoneOnDryRun')
        throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
      const key = [stage, configuration.metadata.name, webhook.name, request.namespace, request.name].join('/');
      yield { webhook, key };
    }
  }
}

function conditionsHold(request: ApiRequest, webhook: JsonObject, write: AdmittedWrite): boolean {
  const conditions = objectsAt(webhook, 'matchConditions');
  if (conditions.length === 0) return true;
  const values = admissionValues(request, write);
  return conditions.every(({ expression }) => {
    const outcome = evaluate(expression, values);
    if ('value' in outcome) return outcome.value === true;
    if (webhook.failurePolicy === 'Ignore') return false;
    const why = `expression '${String(expression)}' resulted in error: ${outcome.problem}`;
    throw internal(`failed to evaluate match conditions of webhook ${JSON.stringify(webhook.name)}: ${why}`);
  });
}

/** Its answer, where it allows the write; none where its failure is ignored. */
function ask(request: ApiRequest, meant: Meant, write: AdmittedWrite): JsonObject | undefined {
  const { webhook } = meant;
  const outcome = outcomeOf(request, meant, write);
  if (outcome === undefined) return undefined;
  if ('failure' in outcome) {
    if (webhook.failurePolicy === 'Ignore') return undefined;
    throw internal(`failed calling webhook ${JSON.stringify(webhook.name)}: ${outcome.failure}`);
  }
  const { response } = outcome;
  if (Array.isArray(response.warnings)) for (const text of response.warnings) request.warn?.(String(text));
  if (response.allowed !== true) throw refused(webhook, objectAt(response, 'status') ?? {});
  return response;
}

function refused(webhook: JsonObject, status: JsonObject): StatusError {
  const { message, reason, code } = status;
  const lead = `admission webhook ${JSON.stringify(webhook.name)} denied the request`;
  const why = message || reason;
  const text = why ? `${lead}: ${String(why)}` : `${lead} without explanation`;
  return new StatusError(typeof code === 'number' && code !== 0 ? code : 400, String(reason ?? ''), text);
}

function internal(message: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

function mutate(request: ApiRequest, meant: Meant, write: AdmittedWrite): KubernetesObject | undefined {
  const { object } = write;
  const answer = ask(request, meant, write);
  if (answer === undefined || object === undefined || typeof answer.patch !== 'string') return object;
  // What is patched is told apart from what is stored only for `scale`, whose patches are not taken.
  if (request.admittedAs !== undefined) return object;
  return decoded(request, patched(object, answer.patch));
}

function patched(object: KubernetesObject, patch: string): JsonObject {
  const operations = JSON.parse(Buffer.from(patch, 'base64').toString()) as PatchOperation[];
  try {
    const result = jsonPatch(object as unknown, operations);
    if (isMap(result)) return result as JsonObject;
  } catch {
    // Told below, as the server tells it.
  }
  const [{ op, path } = { op: '', path: '' }] = operations;
  const key = path.slice(path.lastIndexOf('/') + 1);
  throw internal(`error in ${op} for path: '${path}': Unable to ${op} nonexistent key: ${key}: missing value`);
}

function decoded(request: ApiRequest, body: JsonObject): KubernetesObject {
  try {
    return decodeInput(body, { ...request, fieldValidation: 'Ignore' }, { unknown: () => undefined, mistyped: asIs })
      .object;
  } catch (error) {
    if (error instanceof DecodeError) throw internal(error.message);
    throw error;
  }
}

const asIs = (error: DecodeError): Error => error;

/** Undefined: nobody can be called for this write. */
function outcomeOf(request: ApiRequest, { webhook, key }: Meant, write: AdmittedWrite): CallOutcome | undefined {
  const timeout = typeof webhook.timeoutSeconds === 'number' ? webhook.timeoutSeconds : 10;
  const client = objectAt(webhook, 'clientConfig') ?? {};
  const { url, why, reachable, host } = addressOf(request, client);
  if (!reachable) return { failure: `failed to call webhook: Post "${url}?timeout=${timeout}s": ${why}` };
  const { answers } = request;
  if (answers === undefined) return undefined;
  return answerTo(
    answers,
    key,
    (): WebhookCall => ({
      url: `${url}?timeout=${timeout}s`,
      host,
      authority: typeof client.caBundle === 'string' ? Buffer.from(client.caBundle, 'base64').toString() : '',
      timeout,
      review: reviewOf(request, write),
    }),
  );
}

function reviewOf(request: ApiRequest, write: AdmittedWrite): JsonObject {
  const show = (object: KubernetesObject | undefined) =>
    object === undefined ? null : ((request.admittedAs?.show(object) ?? object) as unknown as JsonObject);
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      ...admissionRequest(request, write),
      object: show(write.object),
      oldObject: show(write.before),
      options: admissionOptions(request, write),
    },
  };
}

interface Address {
  readonly url: string;
  readonly reachable: boolean;
  readonly why: string;
  /** By another name than the url says. */
  readonly host?: string;
}

const loopback = /^https:\/\/(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?(?:\/|$)/;

function addressOf({ context }: ApiRequest, client: JsonObject): Address {
  const service = objectAt(client, 'service');
  if (service === undefined) {
    const url = String(client.url);
    return { url, why: refusedBy(url), reachable: loopback.test(url) };
  }
  const reachable = false;
  const [name, namespace] = [String(service.name), String(service.namespace)];
  const port = typeof service.port === 'number' ? service.port : 443;
  const url = `https://${name}.${namespace}.svc:${port}${String(service.path ?? '/')}`;
  const found = context.objects.get('services', namespace, name);
  if (found === undefined) return { url, reachable, why: `service ${JSON.stringify(name)} not found` };
  const spec = found.spec as JsonObject;
  if (spec.type === 'ExternalName') return namedAddress(url, String(spec.externalName), port);
  if (!objectsAt(spec, 'ports').some((one) => one.port === port))
    return { url, reachable, why: `no service port ${port} found for service ${JSON.stringify(name)}` };
  if (spec.clusterIP === 'None') return { url, reachable, why: 'cannot route to service with ClusterIP "None"' };
  // As kube-proxy rejects what has no endpoints: no pod runs here.
  return { url, reachable, why: `dial tcp ${String(spec.clusterIP)}:${port}: connect: connection refused` };
}

function namedAddress(url: string, host: string, port: number): Address {
  const real = `https://${host}:${port}`;
  return { url, host, why: refusedBy(real), reachable: loopback.test(real) };
}

function refusedBy(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return `parse ${JSON.stringify(address)}: invalid URI for request`;
  if (/^[\d.]+$|^\[/.test(url.hostname))
    return `dial tcp ${url.hostname}:${url.port || '443'}: connect: connection refused`;
  return `dial tcp: lookup ${url.hostname}: no such host`;
}
