/** docs/contract.md tells every default that the program has, and no other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import { parseDuration } from '../src/foundation/base/duration.ts';
import { completeSettings } from '../src/pipeline/definitions/built-in-settings.ts';
import { temporaryFolder } from './support/git-repository.ts';

const contract = readFileSync(join(import.meta.dirname, '..', 'docs/contract.md'), 'utf8');
const folder = temporaryFolder();
afterAll(folder.remove);

/** By field; a chapter's rows whose third cell says something. */
function toldDefaults(chapter: string): Map<string, string> {
  const text = contract.split(`\n## ${chapter}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...text.matchAll(/^\| `([^`]+)` \|.*$/gm)];
  const cells = rows.map(([row, field = '']) => [field, row.split(/(?<!\\)\|/)[3]?.trim() ?? ''] as const);
  return new Map(cells.filter(([, told]) => told !== ''));
}

/** Scalars and lists that hold something, by their paths. */
function leaves(value: object, path = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const at = path === '' ? name : `${path}.${name}`;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) return leaves(inner, at);
    return Array.isArray(inner) && inner.length === 0 ? [] : [[at, inner]];
  });
}

function means(told: string, value: unknown): boolean {
  const word = told.replace(/^`|`$/g, '');
  if (word === JSON.stringify(value) || word === value) return true;
  return typeof value === 'number' && (word === 'off' ? 0 : parseDuration(word)) === value;
}

describe('docs/contract.md tells the defaults', () => {
  test('of settings as they are built in', () => {
    const builtIn = new Map(leaves(completeSettings({}, [])));
    const told = toldDefaults('Settings');
    expect(builtIn.size).toBeGreaterThan(20);
    expect([...builtIn].filter(([path, value]) => !means(told.get(path) ?? '', value))).toEqual([]);
    // Where they lie deeper than in what every release has; other tests hold them.
    const elsewhere = ['chart.lock', 'chart.manifests.recurse', 'releaseName', 'sync.approval'];
    const ofItems = [
      'promotion.gates[].approval.count',
      'rollback.checks[].failureLimit',
      'rollback.checks[].interval',
      'rollback.checks[].timeout',
      'values[].secret.key',
      'values[].configMap.key',
      'drift.ignore[].kind',
      'drift.ignore[].name',
    ];
    expect([...told.keys()].filter((path) => !builtIn.has(path)).sort()).toEqual([...elsewhere, ...ofItems].sort());
  });

  test('of the configuration as it is read', async () => {
    const file = join(folder.path, 'helm-gitops.config.yaml');
    writeFileSync(file, 'repositories: [{url: "https://git.example.com/fleet.git"}]\n');
    const { repositories, state, helm, server, log, concurrency } = await loadConfig({
      ...{ file, sets: [], environment: {} },
    });
    const [{ path, poll } = { path: undefined, poll: undefined }] = repositories;
    expect([path, poll]).toEqual(['', { type: 'every', milliseconds: 30_000 }]);
    const listen = `${server.host}:${server.port}`;
    const read = new Map<string, unknown>([
      ...leaves({ state, helm: { ...helm, kubeVersion: helm.kubeVersion ?? null }, log, concurrency }),
      ...leaves({ server: { listen, tokenFile: server.tokenFile ?? null } }),
      ['repositories[].poll', 30_000],
    ]);
    const told = toldDefaults('helm-gitops.config.yaml');
    expect([...read].filter(([field, value]) => !means(told.get(field) ?? '', value))).toEqual([]);
    const inWords = [...told].filter(([field]) => !read.has(field)).map(([field]) => field);
    expect(inWords.filter((field) => !/^(clusters|decryption\.)|^repositories\[\]\.(path|watch)$/.test(field))).toEqual(
      [],
    );
  });
});
