import { describe, expect, test } from 'vitest';
import { resolveChecks } from '../../../src/pipeline/definitions/resolve-checks.ts';
import { healthCheck } from '../../../src/pipeline/definitions/rollback-schema.ts';

const place = { file: 'apps/shop.yaml', line: 1, column: 1 };
const resolve = (...checks: object[]) =>
  resolveChecks(
    checks.map((one) => healthCheck.parse(one)),
    { place, variables: { app: 'shop', namespace: 'prod' } },
  );
const prometheus = { address: 'http://prometheus:9090', query: 'errors{app="{{app}}"}' };

describe('health checks', () => {
  test('have names of the release in their texts, and defaults', () => {
    const token = { name: 'monitoring', key: 'token' };
    expect(
      resolve(
        { name: 'front', http: { url: 'http://{{app}}.{{namespace}}.svc/healthz', token } },
        { name: 'errors', prometheus, thresholdRange: { max: 0.05 }, interval: '1m', failureLimit: 1 },
      ),
    ).toEqual([
      {
        name: 'front',
        source: { type: 'http', url: 'http://shop.prod.svc/healthz', token },
        ...{ interval: 10_000, timeout: 5_000, failureLimit: 3 },
      },
      {
        name: 'errors',
        source: { ...prometheus, type: 'prometheus', query: 'errors{app="shop"}', range: { max: 0.05 } },
        ...{ interval: 60_000, timeout: 5_000, failureLimit: 1 },
      },
    ]);
  });

  test.each<[string, object[], RegExp]>([
    ['of neither kind', [{ name: 'a' }], /expected one of http and prometheus/],
    ['of both', [{ name: 'a', http: { url: 'http://a' }, prometheus, thresholdRange: { max: 1 } }], /expected one of/],
    ['without a range', [{ name: 'a', prometheus }], /expected thresholdRange with min, max, or both/],
    ['with an empty range', [{ name: 'a', prometheus, thresholdRange: {} }], /expected thresholdRange/],
    ['with a range of HTTP', [{ name: 'a', http: { url: 'http://a' }, thresholdRange: { max: 1 } }], /any 2xx is good/],
    ['without rest', [{ name: 'a', http: { url: 'http://a' }, interval: '1ms' }], /100ms or longer/],
    [
      'twice',
      [
        { name: 'a', http: { url: 'http://a' } },
        { name: 'a', http: { url: 'http://b' } },
      ],
      /two checks are called a/,
    ],
    ['of a file', [{ name: 'a', http: { url: 'file:///etc/passwd' } }], /http or https/],
    ['of an unknown name', [{ name: 'a', http: { url: 'http://{{ap}}' } }], /ap/],
    [
      'with a password',
      [{ name: 'a', http: { url: 'http://ann:s3cr3t@a' } }],
      /holds a password: a token belongs into a Secret/,
    ],
  ])('are refused %s', (_, checks, message) => expect(() => resolve(...checks)).toThrow(message));

  test('show no password when they are refused', () => {
    expect(() => resolve({ name: 'a', http: { url: 'http://ann:s3cr3t@a' } })).toThrow(/^(?!.*s3cr3t)/);
  });
});
