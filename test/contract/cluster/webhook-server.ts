/** A backend of admission webhooks on the loopback: what it answers is said by the path that it is called at. */
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { makeCertificate } from '../../support/make-certificate.ts';
import { startServer } from '../../support/start-server.ts';

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: requests about every kind
  readonly request: any;
}

export interface WebhookServer extends AsyncDisposable {
  readonly url: string;
  /** Of its authority, as `caBundle` holds it. */
  readonly ca: string;
}

export async function startWebhookServer(): Promise<WebhookServer> {
  const { ca, cert, key, issue } = makeCertificate();
  // By whatever name it is asked for.
  const SNICallback: TlsOptions['SNICallback'] = (name, done) =>
    done(null, createSecureContext({ cert: issue(name), key }));
  const server = await startServer(
    async ({ url, body }, response) => {
      const { pathname, searchParams } = new URL(url, 'https://hooks');
      const [, verb = '', argument = ''] = pathname.split('/').map(decodeURIComponent);
      await answer(verb, argument, {
        review: JSON.parse(body.toString()) as Review,
        timeout: searchParams.get('timeout'),
        response,
      });
    },
    { cert, key, SNICallback },
  );
  return {
    url: server.url,
    ca: Buffer.from(ca).toString('base64'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Call {
  readonly review: Review;
  readonly timeout: string | null;
  readonly response: ServerResponse;
}

async function answer(verb: string, argument: string, { review, timeout, response }: Call): Promise<void> {
  const { request } = review;
  const send = (told: object, more: object = {}) => {
    response.setHeader('content-type', 'application/json');
    const { apiVersion, kind } = review;
    response.end(JSON.stringify({ apiVersion, kind, response: { uid: request.uid, ...told }, ...more }));
  };
  const patch = (operations: object[], more: object = {}) =>
    send({
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
      ...more,
    });
  const labels = request.object?.metadata.labels;
  switch (verb) {
    case 'deny':
      return send({ allowed: false, status: argument === '' ? {} : decoded(argument) });
    case 'warn':
      return send({ allowed: true, warnings: ['one', 'two'] });
    case 'echo':
      return send({ allowed: false, status: { message: JSON.stringify({ ...shape(review), timeout }) } });
    case 'label':
      return patch([
        ...(labels === undefined ? [{ op: 'add', path: '/metadata/labels', value: {} }] : []),
        { op: 'add', path: `/metadata/labels/${argument}`, value: String(Object.keys(labels ?? {}).length) },
      ]);
    case 'patch':
      return patch(decoded(argument) as object[]);
    case 'sidecar': {
      const { containers } = request.object.spec.template.spec as { containers: { name: string }[] };
      if (containers.some(({ name }) => name === 'sidecar')) return send({ allowed: true });
      return patch([
        { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'sidecar', image: 'sidecar:1' } },
      ]);
    }
    case 'pod-sidecar':
      return patch([{ op: 'add', path: '/spec/containers/-', value: { name: 'sidecar', image: 'sidecar:1' } }]);
    case 'mark':
      return patch([
        ...(labels === undefined ? [{ op: 'add', path: '/metadata/labels', value: {} }] : []),
        { op: 'add', path: '/metadata/labels/marked', value: 'yes' },
      ]);
    case 'late':
      await pause(3_000);
      return send({ allowed: true });
    case 'status':
      response.statusCode = Number(argument);
      return void response.end('no luck');
    case 'text':
      return void response.end('this is no review');
    case 'uid':
      return send({ uid: 'another', allowed: true });
    default:
      return send({ allowed: true });
  }
}

const decoded = (text: string): object => JSON.parse(Buffer.from(text, 'base64url').toString()) as object;

/** What is asked, without what differs by nature. */
function shape({ apiVersion, kind, request }: Review): object {
  const { uid, userInfo, object, oldObject, ...rest } = request;
  const brief = (
    one: { kind: string; apiVersion: string; metadata: { name?: string; uid?: string }; data?: unknown } | null,
  ) =>
    one === null || one === undefined
      ? one
      : {
          kind: one.kind,
          apiVersion: one.apiVersion,
          name: one.metadata.name,
          hasUid: one.metadata.uid !== undefined,
          data: one.data,
        };
  return {
    ...{
      apiVersion,
      kind,
      hasUid: typeof uid === 'string',
      user: [typeof userInfo.username, Array.isArray(userInfo.groups)],
    },
    ...{ object: brief(object), oldObject: brief(oldObject), ...rest },
  };
}
