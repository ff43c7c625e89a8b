import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpClient } from '../../../src/foundation/http/http-client.ts';
import { openHttpClient } from '../../../src/foundation/http/open-http-client.ts';
import { evaluateCheck } from '../../../src/pipeline/checks/evaluate-check.ts';
import type { HealthCheck } from '../../../src/pipeline/definitions/rollback-settings.ts';
import { startServer, type TestServer } from '../../support/start-server.ts';

let http: HttpClient;
let server: TestServer;

/** The path says what is answered: a status, or by `/v1/query` what the query holds. */
beforeAll(async () => {
  http = openHttpClient({ environment: {} });
  server = await startServer(({ url, body, headers }, response) => {
    if (url === '/silent') return;
    if (url === '/long') return void response.end('x'.repeat(2_000_000));
    if (url === '/token')
      return void response.writeHead(headers.authorization === 'Bearer s3cr3t-token' ? 200 : 401).end();
    if (url === '/301') return void response.writeHead(301, { location: '/200' }).end();
    if (url.endsWith('/api/v1/query')) return void response.end(new URLSearchParams(body.toString()).get('query'));
    response.writeHead(Number(url.slice(1))).end('s3cr3t of the answer');
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await http[Symbol.asyncDispose]();
});

const times = { name: 'one', interval: 10_000, timeout: 60_000, failureLimit: 3 };
const evaluate = (
  source: HealthCheck['source'],
  { token, timeout = 5_000 }: { token?: string; timeout?: number } = {},
) =>
  evaluateCheck(
    { ...times, source, timeout },
    { http, tokenOf: async () => token, signal: new AbortController().signal },
  );
const ofHttp = (path: string) => ({ type: 'http', url: `${server.url}${path}` }) as const;

describe('an HTTP check', () => {
  test.each([
    ['200', true, 'HTTP 200'],
    ['204', true, 'HTTP 204'],
    ['404', false, 'HTTP 404'],
    ['500', false, 'HTTP 500'],
    ['503', false, 'HTTP 503'],
    ['301', undefined, 'HTTP 301: it redirects, which is not followed'],
    ['401', undefined, 'HTTP 401: it was not let in'],
    ['429', undefined, 'HTTP 429: it was not let in'],
  ])('of %s', async (status, ok, message) => {
    expect(await evaluate(ofHttp(`/${status}`))).toMatchObject({ ok, message });
    expect(server.seen.at(-1)?.url).toBe(`/${status}`);
  });

  test('that nobody answers is neither good nor bad', async () => {
    expect(await evaluate(ofHttp('/silent'), { timeout: 50 })).toEqual({
      ok: undefined,
      message: 'no answer within 50 ms',
    });
    const gone = await startServer(() => undefined);
    await gone[Symbol.asyncDispose]();
    expect(await evaluate({ type: 'http', url: gone.url })).toMatchObject({ ok: undefined });
  });

  test('shows its token to that server', async () => {
    const source = { ...ofHttp('/token'), token: { name: 'monitoring', key: 'token' } };
    expect(await evaluate(source, { token: 's3cr3t-token' })).toMatchObject({ ok: true });
    expect(await evaluate(source, { token: 'wrong' })).toMatchObject({ ok: undefined });
    expect(await evaluate(source)).toEqual({
      ok: undefined,
      message: 'there is no Secret monitoring with the key token',
    });
    expect(await evaluate(source, { token: 'two\r\nlines' })).toMatchObject({ ok: undefined });
  });
});

describe('a PromQL check', () => {
  const answers = (result: unknown, resultType = 'vector') =>
    JSON.stringify({ status: 'success', data: { resultType, result } });
  const vector = (...values: string[]) => answers(values.map((value) => ({ metric: {}, value: [1, value] })));
  const ask = (query: string, range: object = { min: 0, max: 0.05 }) =>
    evaluate({ type: 'prometheus', address: `${server.url}/prometheus`, query, range });

  test.each<[string, string, boolean | undefined, string]>([
    ['within the range', vector('0.01'), true, '0.01'],
    ['at its end', vector('0.05'), true, '0.05'],
    ['above it', vector('0.2'), false, '0.2 is above 0.05'],
    ['below it', vector('-1'), false, '-1 is below 0'],
    ['without end', vector('+Inf'), false, 'Infinity is above 0.05'],
    ['of several samples, one too many', vector('0.01', '0.3'), false, '0.3 is above 0.05'],
    ['of a scalar', answers([1, '0.2'], 'scalar'), false, '0.2 is above 0.05'],
    ['of nothing', vector(), undefined, 'the query gives no sample'],
    ['of a division by zero', vector('NaN'), undefined, 'the query gives NaN'],
    ['of a range of times', answers([], 'matrix'), undefined, 'the query gives a matrix, not numbers'],
    [
      'of a mistake',
      '{"status":"error","errorType":"bad_data","error":"s3cr3t"}',
      undefined,
      'the query fails: bad_data',
    ],
    [
      'of an error of its own making',
      '{"status":"error","errorType":"s3cr3t"}',
      undefined,
      'the answer is not one of Prometheus',
    ],
    ['of a page', '<html>s3cr3t', undefined, 'the answer is not one of Prometheus'],
    ['of null', 'null', undefined, 'the answer is not one of Prometheus'],
    ['of samples that are none', answers([{ value: [1, '0x10'] }]), undefined, 'the answer is not one of Prometheus'],
    [
      'of keys that are no fields',
      '{"__proto__":{"status":"success"}}',
      undefined,
      'the answer is not one of Prometheus',
    ],
  ])('%s', async (_, answer, ok, message) => {
    expect(await ask(answer)).toMatchObject({ ok, message });
    expect(server.seen.at(-1)).toMatchObject({ method: 'POST', url: '/prometheus/api/v1/query' });
  });

  test('of an answer without end is given up', async () => {
    const long = await startServer((_request, response) => void response.end('x'.repeat(2_000_000)));
    await using _gone = long;
    const asked = await evaluate({ type: 'prometheus', address: long.url, query: 'up', range: { min: 1 } });
    expect(asked).toMatchObject({ ok: undefined });
  });
});
