/** Holds what was done to a release against what `plan -o json` said of it. */
import { expect } from 'vitest';
import type { PlanRow } from '../../src/entry/cli/plan/planned-release.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { valueAt } from '../../src/foundation/fields/pointer.ts';
import { newestRevision } from '../../src/foundation/history/newest-revision.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { LogLine, RunningDaemon } from './start-daemon.ts';

/** Of the kinds that these charts have. */
const apiVersions: Readonly<Record<string, string>> = { Deployment: 'apps/v1' };

export interface Deployed {
  readonly daemon: RunningDaemon;
  /** Of the cluster in which it is. */
  readonly client: ClusterClient;
  /** Its `release.deployed`. */
  readonly line: LogLine;
}

/** One row for the release, with something to do: the same counts, each field as it was to be, each hook run. */
export async function expectAsPlanned(json: string, deployed: Deployed): Promise<void> {
  const { daemon, client, line } = deployed;
  const [row, ...others] = JSON.parse(json) as PlanRow[];
  expect(others).toEqual([]);
  if (row === undefined) throw new Error('nothing was planned');
  expect([row.app, row.environment]).toEqual([line['app'], line['environment']]);
  const { changes, hooks = [], namespace, release } = row;
  expect(changes.some(({ operation }) => operation !== 'unchanged')).toBe(true);
  const count = (operation: string) => changes.filter((change) => change.operation === operation).length;
  const planned = daemon.lines.find(
    ({ event, op, app, environment }) =>
      event === 'release.planned' && op === line['op'] && app === row.app && environment === row.environment,
  );
  const counts = ['create', 'update', 'delete', 'unchanged'].map((operation) => [operation, count(operation)]);
  expect(planned).toMatchObject(Object.fromEntries(counts));
  for (const { object, fields } of changes) {
    const [kind = '', name = ''] = object.split('/');
    const live = await client.get({ apiVersion: apiVersions[kind] ?? 'v1', kind, namespace, name });
    for (const { pointer, after } of fields)
      expect([object, pointer, valueAt(live, pointer)]).toEqual([object, pointer, after]);
  }
  const history = openHistory({
    client,
    namespace,
    name: release,
    onUnreadable: (_name, error) => expect.fail(error.message),
  });
  const record = (await newestRevision(history))?.record;
  expect(record?.version).toBe(line['version']);
  const ran = (record?.hooks ?? []).filter(({ last_run }) => last_run?.phase === 'Succeeded');
  expect(ran.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual(
    [...new Set(hooks.map(({ object }) => object))].sort(),
  );
}
