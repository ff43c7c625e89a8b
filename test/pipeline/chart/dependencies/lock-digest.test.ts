import { describe, expect, test } from 'vitest';
import type { ChartDependency } from '../../../../src/pipeline/chart/chart.ts';
import { lockOf, readLock, writeLock } from '../../../../src/pipeline/chart/chart-lock.ts';
import {
  type DependencyList,
  lockDigest,
  lockDigestOfHelm2,
} from '../../../../src/pipeline/chart/dependencies/lock-digest.ts';

/** Digests that Helm 4.2.4 wrote. */
const written: readonly [string, DependencyList, DependencyList, string][] = [
  [
    'a folder',
    [{ name: 'low', version: '>=1', repository: 'file://../low' }],
    [{ name: 'low', version: '1.2.0', repository: 'file://../low' }],
    'sha256:6fd3be4cd7b927a8798b1eaf4a2344958ca86a41c9d843c13e7296872de57950',
  ],
  [
    'no repository',
    [{ name: 'low', version: '>=1' }],
    [{ name: 'low', version: '>=1', repository: '' }],
    'sha256:734e7e9f53246b174b3ba4548c5540ad4ac50fecd8aad18faaf6d4b1938f7cd6',
  ],
  ['an empty list', [], [], 'sha256:643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726'],
];

describe('the digest of a lock', () => {
  test.each(written)('is that of Helm for %s', (_, requested, locked, digest) => {
    expect(lockDigest(requested, locked)).toBe(digest);
  });

  test('changes with every field that Helm hashes, and with the order', () => {
    const base: ChartDependency = { name: 'db', version: '1', repository: 'https://charts.example.com' };
    const other: ChartDependency = { ...base, name: 'cache' };
    const lists: DependencyList[] = [
      [base],
      [{ ...base, name: 'dc' }],
      [{ ...base, version: '1.0' }],
      [{ ...base, repository: 'https://charts.example.com/' }],
      [{ ...base, condition: 'db.enabled' }],
      [{ ...base, tags: ['a'] }],
      [{ ...base, tags: ['a', 'b'] }],
      [{ ...base, enabled: true }],
      [{ ...base, 'import-values': ['a'] }],
      [{ ...base, 'import-values': [{ child: 'a', parent: 'b' }] }],
      [{ ...base, alias: 'a' }],
      [base, other],
      [other, base],
      [],
      undefined,
    ];
    expect(new Set(lists.map((list) => lockDigest(list, []))).size).toBe(lists.length);
    expect(new Set(lists.map((list) => lockDigestOfHelm2(list))).size).toBe(lists.length);
  });

  test('passes over what Go leaves out when empty', () => {
    const empty = { version: '', condition: '', tags: [], enabled: false, 'import-values': [], alias: '' };
    expect(lockDigest([{ name: 'a', repository: '', ...empty }], undefined)).toBe(
      lockDigest([{ name: 'a' }], undefined),
    );
  });
});

describe('Chart.lock', () => {
  test('is written as Helm writes it, and read again', () => {
    const dependencies = [
      { name: 'db', repository: 'https://charts.example.com', version: '1.2.0' },
      { name: 'near', repository: '', version: '>=1' },
      { name: 'bare', repository: '', version: '' },
    ];
    const text = writeLock({ digest: 'sha256:00', dependencies, generated: new Date('2026-11-20T12:00:00.5Z') });
    expect(text).toBe(`dependencies:
- name: db
  repository: https://charts.example.com
  version: 1.2.0
- name: near
  repository: ""
  version: '>=1'
- name: bare
  repository: ""
digest: sha256:00
generated: "2026-11-20T12:00:00.500Z"
`);
    const lock = lockOf({ lock: readLock(text) });
    expect(lock?.digest).toBe('sha256:00');
    expect(lock?.dependencies?.map((one) => one?.version)).toEqual(['1.2.0', '>=1', undefined]);
  });
});
