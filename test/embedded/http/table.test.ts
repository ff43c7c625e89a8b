import { describe, expect, test } from 'vitest';
import { humanDuration } from '../../../src/embedded/http/table/age.ts';
import { customCell } from '../../../src/embedded/http/table/custom-cell.ts';
import { podCells } from '../../../src/embedded/http/table/pod-cells.ts';

describe('tables', () => {
  test.each([
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [125, '2m5s'],
    [600, '10m'],
    [10_799, '179m'],
    [10_800, '3h'],
    [11_000, '3h3m'],
    [28_800, '8h'],
    [172_800, '2d'],
    [180_000, '2d2h'],
    [691_200, '8d'],
    [63_072_000, '2y'],
  ])('%d seconds are shown as %s', (seconds, text) => {
    expect(humanDuration(seconds * 1000)).toBe(text);
  });

  test.each([
    [{ phase: 'Pending' }, 'Pending'],
    [
      { phase: 'Running', containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
      'CrashLoopBackOff',
    ],
    [
      { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { waiting: { reason: 'ErrImagePull' } } }] },
      'Init:ErrImagePull',
    ],
    [{ phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { running: {} } }] }, 'Init:0/1'],
    [
      { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { reason: 'Completed', exitCode: 0 } } }] },
      'Completed',
    ],
    [{ phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] }, 'ExitCode:3'],
  ])('a pod of status %j is %s', (status, text) => {
    const pod = {
      metadata: { name: 'p' },
      spec: { initContainers: [{ name: 'i' }], containers: [{ name: 'a' }] },
      status,
    };
    expect(podCells(pod as never, 0)[2]).toBe(text);
  });

  test.each([
    ['.spec.a', 'x'],
    ['.spec.list[0].n', '1'],
    ['.spec.list[*].n', '1,2'],
    [".status.conditions[?(@.type=='Ready')].status", 'True'],
    ['.metadata.annotations.a\\.b/c', 'q'],
    ['.spec.none', null],
  ])('a printer column at %s shows %s', (jsonPath, shown) => {
    const object = {
      metadata: { annotations: { 'a.b/c': 'q' } },
      spec: { a: 'x', list: [{ n: 1 }, { n: 2 }] },
      status: {
        conditions: [
          { type: 'Other', status: 'False' },
          { type: 'Ready', status: 'True' },
        ],
      },
    };
    expect(customCell(object, { name: 'A', type: 'string', jsonPath }, 0)).toBe(shown);
  });
});
