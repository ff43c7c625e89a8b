/** Asks one admission webhook on the loopback over HTTPS. What goes wrong is returned, in the words of the API server. */

import { request as httpsRequest } from 'node:https';
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';

export interface WebhookCall {
  /** With its path and query. */
  readonly url: string;
  /** Where the url's host is found, on the loopback; left out: by its own name. */
  readonly host?: string | undefined;
  /** PEM; `''`: those that the system trusts. */
  readonly authority: string;
  /** Seconds. */
  readonly timeout: number;
  /** An AdmissionReview. */
  readonly review: JsonObject;
}

/** The `response` of the review that came back, or why there is none. */
export type CallOutcome = { readonly response: JsonObject } | { readonly failure: string };

/** Bytes; an answer beyond is none. */
const largest = 10 * 1024 * 1024;

export async function callWebhook({ url, host, authority, timeout, review }: WebhookCall): Promise<CallOutcome> {
  const signal = AbortSignal.timeout(timeout * 1000);
  const failed = (why: string): CallOutcome => ({ failure: `failed to call webhook: ${why}` });
  try {
    const { code, text } = await post(url, writeExactJson(review), { authority, signal, host });
    if (code >= 300 || code < 200)
      return failed(`an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`);
    return readReview(text, review);
  } catch (error) {
    return failed(`Post ${JSON.stringify(url)}: ${signal.aborted ? 'context deadline exceeded' : reasonOf(error)}`);
  }
}

function post(
  url: string,
  body: string,
  { authority, signal, host }: { authority: string; signal: AbortSignal; host: string | undefined },
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const trusted = authority === '' ? {} : { ca: authority };
    const found = host === undefined ? {} : { hostname: host, servername: new URL(url).hostname };
    const options = { method: 'POST', headers, signal, agent: false, ...trusted, ...found };
    const outgoing = httpsRequest(url, options, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > largest) incoming.destroy(new Error('the answer is too large'));
      });
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ code: incoming.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function reasonOf(error: unknown): string {
  // Of a name with several addresses the first one counts.
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code, address, port, message } = one as {
    code?: string;
    address?: string;
    port?: number;
    message?: string;
  };
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`;
  if (code === 'ECONNRESET') return 'EOF';
  return `tls: failed to verify certificate: x509: ${message ?? String(error)}`;
}

function readReview(text: string, { request, apiVersion }: JsonObject): CallOutcome {
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch {
    review = undefined;
  }
  if (!isMap(review))
    return {
      failure:
        'failed to call webhook: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    };
  const invalid = (why: string): CallOutcome => ({ failure: `received invalid webhook response: ${why}` });
  const { uid } = request as JsonObject;
  const { response } = review as JsonObject;
  const wanted = `${String(apiVersion)}, Kind=AdmissionReview`;
  const given = `${String(review.apiVersion ?? '')}, Kind=${String(review.kind ?? '')}`;
  if (given !== wanted) return invalid(`expected webhook response of ${wanted}, got ${given}`);
  if (!isMap(response)) return { failure: 'webhook response was absent' };
  if (response.uid !== uid)
    return invalid(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`);
  return { response: response as JsonObject };
}
