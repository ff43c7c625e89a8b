import { expect, test } from 'vitest';
import type { ReleaseHistory, ReleaseStatus, StoredRelease } from '../../../src/foundation/history/release-record.ts';
import { unfinishedBefore } from '../../../src/foundation/history/unfinished-revisions.ts';

const said: Readonly<Record<string, string>> = {
  failed: 'Upgrade "shop" failed: no',
  superseded: 'Upgrade complete',
  deployed: 'Upgrade complete',
};

/** `superseded, failed`: revisions 1 and 2; `superseded=text` with another description. */
function historyOf(text: string): Pick<ReleaseHistory, 'marks' | 'get'> & { readonly newest: StoredRelease } {
  const stored = text.split(', ').map((one, index) => {
    const [status = '', description = said[status] ?? ''] = one.split('=');
    const record = { version: index + 1, info: { status: status as ReleaseStatus, description } };
    return { record, resourceVersion: '1' } as unknown as StoredRelease;
  });
  return {
    marks: async () =>
      stored.map(({ record: { version, info } }) => ({ version, status: info.status, resourceVersion: '1' })),
    get: async (version) => stored[version - 1],
    newest: stored.at(-1) as StoredRelease,
  };
}

const rows: [sentence: string, history: string, versions: number[]][] = [
  ['one that is deployed left nothing', 'failed, failed, deployed', []],
  ['nor did one that was uninstalled', 'failed, uninstalled', []],
  ['a failed one: back to what is deployed', 'superseded, deployed, failed, failed', [2, 3]],
  ['a pending one: the same', 'superseded, deployed, failed, pending-upgrade', [2, 3]],
  ['one that was being uninstalled: the same', 'superseded, deployed, failed, uninstalling', [2, 3]],
  ['where nothing was ever deployed: all', 'failed, failed, failed', [1, 2]],
  ['what a rollback of helm superseded before it failed came to its end', 'superseded, superseded, failed', [2]],
  ['one that failed and was superseded did not', 'failed, superseded=Release "shop" failed: no, failed', [1, 2]],
  [
    'nor one whose uninstall stopped, and that was installed over',
    'deployed, superseded=superseded by new release, failed',
    [1, 2],
  ],
];

test.each(rows)('%s', async (_sentence, text, versions) => {
  const history = historyOf(text);
  expect((await unfinishedBefore(history, history.newest)).map(({ record }) => record.version)).toEqual(versions);
});
