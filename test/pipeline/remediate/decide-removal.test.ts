import { describe, expect, test } from 'vitest';
import { decideRemoval, isMassRemoval, type RemovalQuestion } from '../../../src/pipeline/remediate/decide-removal.ts';

const deployed = { digest: 'd', helmRevision: 1, revision: 'r' };
const confirmed = { id: 'r', since: '', reason: '', confirmed: true };

describe('whether a release without a definition goes', () => {
  test.each<[string, Partial<RemovalQuestion>, object]>([
    ['it is uninstalled', {}, { removal: 'uninstall' }],
    ['it stays with onRemove keep', { state: { onRemove: 'keep' } }, { removal: 'keep' }],
    [
      'it stays with onRemove keep even when somebody confirmed',
      { state: { onRemove: 'keep', removal: confirmed } },
      { removal: 'keep' },
    ],
    [
      'it waits with onRemove confirm',
      { state: { onRemove: 'confirm' } },
      { removal: 'wait', reason: 'onRemove is confirm' },
    ],
    [
      'a confirmed one goes, whatever it holds',
      { state: { onRemove: 'confirm', removal: confirmed }, kinds: ['StatefulSet'], guarded: true },
      { removal: 'uninstall' },
    ],
    ...['StatefulSet', 'PersistentVolumeClaim', 'CustomResourceDefinition'].map(
      (kind): [string, Partial<RemovalQuestion>, object] => [
        `one that holds a ${kind} waits`,
        { kinds: ['Service', kind] },
        { removal: 'wait', reason: `the release holds a ${kind}` },
      ],
    ),
    [
      'one that was found there and left alone stays',
      { state: { deployed: undefined, onRemove: 'uninstall' } },
      { removal: 'keep' },
    ],
    ['one whose definition is probably not gone waits', { doubt: 'why' }, { removal: 'wait', reason: 'why' }],
    [
      'even with onRemove keep, for its successor would run beside it',
      { state: { onRemove: 'keep' }, doubt: 'why' },
      { removal: 'wait', reason: 'why' },
    ],
    [
      'one in doubt goes when somebody confirmed it',
      { state: { onRemove: 'uninstall', removal: confirmed }, doubt: 'why' },
      { removal: 'uninstall' },
    ],
    ['one of too many waits', { guarded: true }, { removal: 'wait', reason: expect.stringContaining('fifth') }],
  ])('%s', (_sentence, question, expected) => {
    const state = { deployed, onRemove: 'uninstall' as const, ...question.state };
    expect(decideRemoval({ kinds: ['Deployment'], guarded: false, ...question, state })).toEqual(expected);
  });

  test.each([
    [2, 2, false],
    [3, 3, true],
    [3, 15, false],
    [3, 14, true],
    [20, 100, false],
    [21, 100, true],
  ])('%i of %i releases at once: too many is %s', (removed, total, expected) => {
    expect(isMassRemoval(removed, total)).toBe(expected);
  });
});
