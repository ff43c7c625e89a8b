import { describe, expect, test } from 'vitest';
import type { ReleaseStatus } from '../../../src/foundation/history/release-record.ts';
import { chooseRevision, type RevisionQuestion } from '../../../src/pipeline/remediate/choose-revision.ts';

/** `1 superseded Install complete (fleet@aaaaaaa x)` */
function records(...texts: string[]): RevisionQuestion['records'] {
  return texts.map((text) => {
    const [, version, status, description = ''] = /^(\d+) (\S+) ?(.*)$/.exec(text) ?? [];
    const info = { first_deployed: '', last_deployed: '', status: status as ReleaseStatus, description };
    return { version: Number(version), info };
  });
}
const healthy = (version: number) => ({ healthy: { version, digest: 'd', revision: 'r' } });
const quarantine = (helmRevision: number) => ({
  quarantine: { digest: 'd', helmRevision, revision: 'r', reason: '', at: '' },
});
const install = 'Install complete (fleet@aaaaaaa First)';
const failed = 'Upgrade "shop" failed: no (fleet@bbbbbbb Second)';
const third = 'Upgrade complete (fleet@ccccccc Third)';
const latest = 'Upgrade complete (fleet@ddddddd Fourth)';

type Row = [sentence: string, question: RevisionQuestion, expected: number | RegExp];
const rows: Row[] = [
  ['the one before', { records: records(`1 superseded ${install}`, `2 deployed ${latest}`), state: undefined }, 1],
  [
    'not one that failed, whatever its status says now',
    { records: records(`1 superseded ${install}`, `2 superseded ${failed}`, `3 deployed ${latest}`), state: undefined },
    1,
  ],
  [
    'the last healthy one rather than a newer one that never was',
    {
      records: records(`1 superseded ${install}`, `2 superseded ${third}`, `3 deployed ${latest}`),
      state: healthy(1),
    },
    1,
  ],
  [
    'the one before it where the newest is the healthy one',
    {
      records: records(`1 superseded ${install}`, `2 superseded ${third}`, `3 deployed ${latest}`),
      state: healthy(3),
    },
    2,
  ],
  [
    'what ran before, where the newest failed',
    { records: records(`1 superseded ${install}`, `2 deployed ${third}`, `3 failed ${failed}`), state: undefined },
    2,
  ],
  [
    'not what a rollback has just left, nor what it repeats',
    {
      records: records(
        `1 superseded ${install}`,
        `2 superseded ${third}`,
        '3 deployed Rollback to 1 (fleet@ccccccc x)',
      ),
      state: { ...healthy(3), ...quarantine(2) },
    },
    /^no earlier revision was healthy/,
  ],
  [
    'beyond what a rollback repeats',
    {
      records: records(
        `1 superseded ${install}`,
        `2 superseded ${third}`,
        `3 superseded ${latest}`,
        '4 deployed Rollback to 2 (fleet@ddddddd x)',
      ),
      state: { ...healthy(4), ...quarantine(3) },
    },
    1,
  ],
  [
    'what was uninstalled and kept, when it was healthy',
    { records: records(`1 superseded ${install}`, '2 uninstalled Uninstallation complete'), state: healthy(2) },
    1,
  ],
  ['nothing before the first', { records: records(`1 deployed ${install}`), state: healthy(1) }, /--to N takes/],
  ['nothing of nothing', { records: [], state: undefined }, /no revisions/],
  [
    'a failed one that is named',
    { records: records(`1 deployed ${install}`, `2 failed ${failed}`), state: undefined, to: 2 },
    2,
  ],
  ['one named in words', { records: records(`1 deployed ${install}`), state: undefined, to: '1' }, 1],
  ['none that is not there', { records: records(`3 deployed ${install}`), state: undefined, to: 2 }, /there is 3$/],
  [
    'by its commit, as it is shown',
    { records: records(`1 superseded ${install}`, `2 deployed ${third}`), state: undefined, to: 'aaaaaaa' },
    1,
  ],
  [
    'by its whole commit',
    {
      records: records(`1 superseded ${install}`, `2 deployed ${third}`),
      state: undefined,
      to: `CCCCCCC${'0'.repeat(33)}`,
    },
    2,
  ],
  [
    'by the commit, the one that became ready before the one that failed',
    {
      records: records(
        `1 superseded ${third}`,
        '2 failed Upgrade "shop" failed: no (fleet@ccccccc Third)',
        `3 deployed ${latest}`,
      ),
      state: undefined,
      to: 'cccc',
    },
    1,
  ],
  [
    'by the commit, never a rollback that left it',
    {
      records: records(`1 superseded ${third}`, '2 deployed Rollback to 1 (fleet@ccccccc Third)'),
      state: undefined,
      to: 'ccccccc',
    },
    1,
  ],
  [
    'no commit that made none',
    { records: records(`1 deployed ${install}`), state: undefined, to: 'bbbbbbb' },
    /no revision was made from bbbbbbb; there is 1/,
  ],
  ['no word', { records: records(`1 deployed ${install}`), state: undefined, to: 'last' }, /neither a revision's/],
  ['no commit of three digits', { records: records(`1 deployed ${install}`), state: undefined, to: 'aaa' }, /neither/],
];

describe('a person’s rollback goes to', () => {
  test.each(rows)('%s', (_sentence, question, expected) => {
    const chosen = chooseRevision(question);
    if (typeof expected === 'number') expect(chosen).toEqual({ choice: 'revision', version: expected });
    else expect(chosen).toEqual({ choice: 'none', message: expect.stringMatching(expected) });
  });
});
