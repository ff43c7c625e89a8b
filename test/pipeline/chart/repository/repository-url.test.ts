import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../../src/foundation/credentials/credential.ts';
import {
  credentialFor,
  mirrorsOf,
  resolveInRepository,
} from '../../../../src/pipeline/chart/repository/repository-url.ts';

describe('URLs of a repository', () => {
  // What Helm 4.2.4 makes of them.
  test.each([
    ['http://h:8123/', 'charts/a.tgz', 'http://h:8123/charts/a.tgz'],
    ['http://h:8123', 'charts/a.tgz', 'http://h:8123/charts/a.tgz'],
    ['http://h:8123', 'https://other/a.tgz?x=1', 'https://other/a.tgz?x=1'],
    ['http://h/deep/er', 'a.tgz', 'http://h/deep/er/a.tgz'],
    ['http://h/deep/er', '/a.tgz', 'http://h/a.tgz'],
    ['http://h/deep/er/', '../a.tgz', 'http://h/deep/a.tgz'],
    ['http://h/charts%2fwith%2fslashes', 'a.tgz', 'http://h/charts%2fwith%2fslashes/a.tgz'],
    ['http://h/deep?key=1', 'a.tgz?key=2', 'http://h/deep/a.tgz?key=1'],
    ['http://h', '//other/a.tgz', 'http://other/a.tgz'],
    ['http://h', 'oci://other/a:1.0.0', 'oci://other/a:1.0.0'],
  ])('%s and %s make %s', (repository, reference, expected) => {
    expect(resolveInRepository(repository, reference)).toBe(expected);
  });

  test.each(['charts', 'ftp://h', 'http://'])('%s is none', (repository) => {
    expect(() => resolveInRepository(repository, 'index.yaml')).toThrow('no URL of a chart repository');
  });

  test.each([
    ['https://h/charts/a.tgz', true],
    ['https://h:443/other', true],
    ['http://h/charts/a.tgz', false],
    ['https://h:8443/charts/a.tgz', false],
    ['https://sub.h/charts/a.tgz', false],
    ['https://h.evil/charts/a.tgz', false],
  ])('what belongs to https://h/charts goes to %s: %s', async (url, goes) => {
    const credential: Credential = { username: 'a', password: 'b' };
    const findCredential = async () => credential;
    const found = await credentialFor({ url, repository: 'https://h/charts', findCredential });
    expect(found).toBe(goes ? credential : undefined);
  });

  test('mirrors stand before what they mirror, by whole parts of a path', () => {
    const mirrors = [
      { of: 'https://h/charts', at: 'https://mirror' },
      { of: 'https://h/cha', at: 'https://wrong' },
    ];
    const at = (url: string, repository: string) => mirrorsOf({ url, repository, mirrors });
    expect(at('https://h/charts/a.tgz', 'https://h/charts')).toEqual(['https://mirror/a.tgz']);
    expect(at('https://h/charts/a.tgz?key=1', 'https://h/charts?key=1')).toEqual(['https://mirror/a.tgz']);
    expect(at('https://h/charts/a.tgz?raw=1', 'https://h/charts?key=1')).toEqual(['https://mirror/a.tgz?raw=1']);
  });
});
