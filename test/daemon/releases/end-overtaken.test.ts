import { expect, test } from 'vitest';
import { endOvertaken } from '../../../src/daemon/releases/end-overtaken.ts';
import type { Loop } from '../../../src/daemon/releases/release-entry.ts';
import type { RevisionMark } from '../../../src/foundation/history/release-record.ts';

const shop = { namespace: 'shop', releaseName: 'shop' };
const second = { version: 2, follows: 1 };
const first = { version: 1, follows: undefined };

test.each([
  { name: 'whose record is not written yet goes on', begun: undefined, there: ['1 deployed'], ended: false },
  { name: 'that is the newest goes on', begun: second, there: ['1 deployed', '2 pending-upgrade'], ended: false },
  { name: 'that is carried on goes on', begun: { ...second, follows: undefined }, there: ['2 pending'], ended: false },
  {
    name: 'ends when another hand makes a newer one',
    begun: second,
    there: ['1 superseded', '2 failed', '3 deployed'],
    ended: true,
  },
  { name: 'ends when its record is taken away', begun: second, there: ['1 deployed'], ended: true },
  { name: 'ends when what it follows is taken away', begun: second, there: ['2 pending-upgrade'], ended: true },
  {
    name: 'ends when another hand uninstalls it',
    begun: second,
    there: ['1 superseded', '2 uninstalling'],
    ended: true,
  },
  { name: 'ends when its record is kept as uninstalled', begun: first, there: ['1 uninstalled'], ended: true },
  { name: 'ends when nothing is left', begun: first, there: [], ended: true },
])('a revision $name', async ({ begun, there, ended }) => {
  const marks = async () =>
    there.map((one) => {
      const [version, status] = one.split(' ');
      return { version: Number(version), status } as RevisionMark;
    });
  const context = { history: () => ({ marks }) } as unknown as Loop['context'];
  const superseded = new AbortController();
  await endOvertaken({ context }, { digest: 'd', superseded, ...(begun === undefined ? {} : { begun }) }, shop);
  expect(superseded.signal.aborted).toBe(ended);
});
