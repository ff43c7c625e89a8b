import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';

/** Leaves the records of a release as `helm rollback` to the revision before would. Returns the new revision's number. */
export async function rollBackByHand(
  client: ClusterClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<number> {
  const history = openHistory({ client, namespace, name, onUnreadable: () => undefined });
  const [before, last] = (await history.list()).slice(-2);
  if (before === undefined || last === undefined) throw new Error('there is nothing to go back to');
  const { record } = last;
  await history.update(last, { ...record, info: { ...record.info, status: 'superseded' } });
  const { info, version } = before.record;
  const back = { ...info, status: 'deployed', description: `Rollback to ${version}` } as const;
  await history.create({ ...before.record, version: record.version + 1, info: back });
  return record.version + 1;
}
