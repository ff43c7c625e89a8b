import { expect, test } from 'vitest';
import { compareRevisions } from '../../src/pipeline/compare-revisions.ts';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import type { SyncedRevision } from '../../src/pipeline/sync-revision.ts';

const release = (app: string, digest: string, namespace = 'dev'): PreparedRelease =>
  ({
    digest,
    definition: {
      ...{ app, environment: 'dev', cluster: 'main', namespace, releaseName: app },
      origin: { place: { file: `apps/${app}.yaml` } },
    },
  }) as unknown as PreparedRelease;

const look = (releases: PreparedRelease[], more: Partial<SyncedRevision> = {}): SyncedRevision => ({
  releases,
  failed: [],
  defined: releases.map(({ definition }) => definition),
  problems: [],
  notices: [],
  unreadFiles: [],
  strangers: new Map(),
  others: new Map(),
  ...more,
});

const compare = (before: SyncedRevision, after: SyncedRevision) => {
  const { changed, removed } = compareRevisions(before, after);
  return {
    changed: changed.map(
      ({ prepared, before: was }) => `${prepared.definition.app}${was === undefined ? ' (new)' : ''}`,
    ),
    removed: removed.map(({ definition }) => `${definition.app} in ${definition.namespace}`),
  };
};

test.each<[what: string, before: SyncedRevision, after: SyncedRevision, changed: string[], removed: string[]]>([
  ['the same', look([release('a', '1')]), look([release('a', '1')]), [], []],
  ['other inputs', look([release('a', '1')]), look([release('a', '2')]), ['a'], []],
  ['a new one', look([]), look([release('a', '1')]), ['a (new)'], []],
  ['one that goes', look([release('a', '1')]), look([]), [], ['a in dev']],
  ['a move is both', look([release('a', '1', 'old')]), look([release('a', '1', 'new')]), ['a (new)'], ['a in old']],
  [
    'a file that is no longer understood',
    look([release('a', '1')]),
    look([], { unreadFiles: ['apps/a.yaml'] }),
    [],
    [],
  ],
  [
    'a chart that cannot be read',
    look([release('a', '1')]),
    look([], { defined: [release('a', '1').definition] }),
    [],
    [],
  ],
])('%s', (_, before, after, changed, removed) => {
  expect(compare(before, after)).toEqual({ changed, removed });
});
