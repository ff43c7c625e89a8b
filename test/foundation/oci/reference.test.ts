import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import {
  formatReference,
  parseReference,
  referenceTo,
  tagToVersion,
  versionToTag,
} from '../../../src/foundation/oci/reference.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('parseReference', () => {
  test.each([
    ['oci://host.example/charts/shop', { registry: 'host.example', repository: 'charts/shop' }],
    ['host:5000/x', { registry: 'host:5000', repository: 'x' }],
    ['HOST.example/x:V1', { registry: 'host.example', repository: 'x', tag: 'V1' }],
    [`localhost/a/b/c:1.0.0_b@${digest}`, { registry: 'localhost', repository: 'a/b/c', tag: '1.0.0_b', digest }],
    [`[::1]:5000/x@${digest}`, { registry: '[::1]:5000', repository: 'x', digest }],
    ['10.0.0.1:80/a__b/c-d---e/f.g', { registry: '10.0.0.1:80', repository: 'a__b/c-d---e/f.g' }],
    [`h/x@sha512:${'0'.repeat(128)}`, { registry: 'h', repository: 'x', digest: `sha512:${'0'.repeat(128)}` }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
    expect(parseReference(formatReference(parseReference(text)))).toEqual(expected);
  });

  test.each([
    '',
    'oci://',
    'shop',
    'https://host/x',
    'host/',
    '/x',
    'host:/x',
    'host:0/x',
    'host:65536/x',
    'host:99999999/x',
    'user:hunter2@host/x',
    'host@evil/x',
    'host/X',
    'host/a//b',
    'host/../b',
    'host/a/..',
    'host/./b',
    'host/a b',
    'host/a%2f',
    'host/a?x',
    'host/a#x',
    'host/a\\b',
    'host/a\n',
    'host/a:',
    'host/a:.x',
    'host/a:1.0.0+b',
    `host/a:${'x'.repeat(129)}`,
    'host/a:b:c',
    'host/a@sha256:00',
    `host/a@${digest.toUpperCase()}`,
    `host/a@${digest}@${digest}`,
    'host/a@md5:d41d8cd98f00b204e9800998ecf8427e',
    '-host/a',
    '300.1.1.1/a',
    '[:::::]/a',
    'ho_st-/a',
    'host..example/a',
    '[::1/a',
    'h\u00f6st/a',
    `host/${'a/'.repeat(200)}b`,
    `host/${'a-'.repeat(100_000)}`,
  ])('refuses %j', (text) => {
    let error: HelmGitopsError | undefined;
    try {
      parseReference(text);
    } catch (thrown) {
      error = thrown as HelmGitopsError;
    }
    expect(error).toMatchObject({ code: 'oci.reference', fault: 'user' });
    expect(error?.message).not.toContain('hunter2');
    expect(error?.message.length).toBeLessThan(600);
  });

  test('whatever it takes makes a URL of that host and path', () => {
    const likely = fc.stringMatching(/^(oci:\/\/)?[a-z.:@\-_/0-9[\]A-Z%]{1,40}$/);
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (text) => {
        let reference: ReturnType<typeof parseReference>;
        try {
          reference = parseReference(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'oci.reference' });
          return;
        }
        const path = `/v2/${reference.repository}/manifests/${reference.digest ?? reference.tag ?? 'x'}`;
        expect(new URL(`https://${reference.registry}${path}`).pathname).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('versions and tags', () => {
  test('have + and _', () => {
    expect(versionToTag('1.2.0-rc.1+build.7')).toBe('1.2.0-rc.1_build.7');
    expect(tagToVersion('1.2.0-rc.1_build.7')).toBe('1.2.0-rc.1+build.7');
  });

  test('name one thing', () => {
    const chart = parseReference(`h/x:1@sha256:${'a'.repeat(64)}`);
    expect(referenceTo(chart, '1.0.0+x')).toEqual({ registry: 'h', repository: 'x', tag: '1.0.0_x' });
    expect(referenceTo(chart, digest)).toEqual({ registry: 'h', repository: 'x', digest });
    expect(() => referenceTo(chart, '../../other')).toThrow('no tag can be called so');
  });
});
