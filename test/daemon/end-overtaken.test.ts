import { expect, test } from 'vitest';
import { endOvertaken } from '../../src/daemon/end-overtaken.ts';
import type { Loop } from '../../src/daemon/release-entry.ts';
import type { RevisionMark } from '../../src/foundation/history/release-record.ts';

const shop = { namespace: 'shop', releaseName: 'shop' };

test.each([
  { name: 'whose record is not written yet goes on', begun: undefined, there: [1], ended: false },
  { name: 'that is the newest goes on', begun: 2, there: [1, 2], ended: false },
  { name: 'ends when another hand makes a newer one', begun: 2, there: [1, 2, 3], ended: true },
  { name: 'ends when its record is taken away', begun: 2, there: [1], ended: true },
  { name: 'ends when nothing is left', begun: 1, there: [], ended: true },
])('a revision $name', async ({ begun, there, ended }) => {
  const marks = async () => there.map((version) => ({ version }) as RevisionMark);
  const context = { history: () => ({ marks }) } as unknown as Loop['context'];
  const superseded = new AbortController();
  await endOvertaken({ context }, { digest: 'd', superseded, ...(begun === undefined ? {} : { begun }) }, shop);
  expect(superseded.signal.aborted).toBe(ended);
});
