/**
 * Takes a health check, returns whether what it measures is as it should be: by HTTP, or by a query in PromQL. What cannot
 * be measured is neither good nor bad. It shows nothing of what a server answers but its status and a number, follows no
 * redirect, and decides nothing.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { HttpClient, HttpResponse } from '../../foundation/http/http-client.ts';
import type { CheckToken, HealthCheck } from '../definitions/rollback-settings.ts';
import { measurePrometheus } from './measure-prometheus.ts';

export interface CheckPorts {
  readonly http: Pick<HttpClient, 'request'>;
  /** What the Secret holds; undefined where there is none. */
  readonly tokenOf: (token: CheckToken) => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

export interface CheckResult {
  /** Undefined: it cannot be told. */
  readonly ok: boolean | undefined;
  /** What was measured: a status, a number. */
  readonly value?: string;
  readonly message: string;
}

export async function evaluateCheck(check: HealthCheck, ports: CheckPorts): Promise<CheckResult> {
  const { source, timeout } = check;
  const deadline = AbortSignal.timeout(timeout);
  try {
    const token = source.token && (await ports.tokenOf(source.token));
    if (source.token && token === undefined)
      return unknown(`there is no Secret ${source.token.name} with the key ${source.token.key}`);
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) return unknown('the token holds what no header may hold');
    const request = { token, timeout, signal: AbortSignal.any([ports.signal, deadline]) };
    if (source.type === 'http') return await measureHttp(ports, source.url, request);
    const { url, body } = measurePrometheus.request(source);
    const answer = await ask(ports, url, { ...request, body });
    return refusal(answer) ?? measurePrometheus.result(source, answer.status, await answer.text(longestAnswer));
  } catch (thrown) {
    if (ports.signal.aborted) throw thrown;
    if (deadline.aborted) return unknown(`no answer within ${timeout} ms`);
    const error = asHelmGitopsError(thrown);
    if (error.fault === 'internal') throw error;
    return unknown(error.message);
  }
}

const unknown = (message: string): CheckResult => ({ ok: undefined, message });

/** Bytes. */
const longestAnswer = 1_048_576;
/** Whatever is answered is an answer: nothing is followed or tried again here. */
const everyStatus = Array.from({ length: 300 }, (_, index) => index + 300);

interface Asking {
  readonly token: string | undefined;
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly body?: string;
}

async function ask({ http }: CheckPorts, url: string, asking: Asking): Promise<HttpResponse> {
  const { token, timeout, signal, body } = asking;
  return await http.request({
    url,
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    timeout,
    signal,
    attempts: 1,
    maxBytes: longestAnswer,
    accept: everyStatus,
  });
}

async function measureHttp(ports: CheckPorts, url: string, asking: Asking): Promise<CheckResult> {
  const answer = await ask(ports, url, asking);
  await answer.discard();
  const { status } = answer;
  const value = `${status}`;
  return refusal(answer) ?? { ok: status < 300, value, message: `HTTP ${status}` };
}

/** Says nothing of what is measured. */
function refusal({ status }: HttpResponse): CheckResult | undefined {
  const isRedirect = status >= 300 && status < 400;
  if (isRedirect) return unknown(`HTTP ${status}: it redirects, which is not followed`);
  return [401, 403, 407, 429].includes(status) ? unknown(`HTTP ${status}: it was not let in`) : undefined;
}
