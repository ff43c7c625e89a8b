import { describe, expect, test } from 'vitest';
import { uninstallArguments } from '../../../src/daemon/requests/uninstall-arguments.ts';

const plain = { keepHistory: false, hooks: true, propagation: 'Background', timeout: 300_000, wait: undefined };

describe('what an uninstall is asked with', () => {
  test.each<[string, Record<string, unknown>, object]>([
    ['nothing: what helm uninstall does', {}, plain],
    ['what it does not know is passed over', { by: 'ann', x: 1 }, plain],
    [
      'all of it',
      { keepHistory: true, hooks: false, cascade: 'orphan', wait: true, timeout: '10s' },
      { keepHistory: true, hooks: false, propagation: 'Orphan', timeout: 10_000, wait: 10_000 },
    ],
    ['another cascade', { cascade: 'sideways' }, { problem: 'cascade is background, foreground or orphan' }],
    ['a cascade that every object has', { cascade: 'toString' }, { problem: expect.stringContaining('cascade') }],
    ['text for a boolean', { wait: 'yes' }, { problem: 'keepHistory, hooks and wait are true or false' }],
    ['a time that is none', { timeout: 'soon' }, { problem: 'timeout is a duration such as 5m' }],
    ['a number for a time', { timeout: 5 }, { problem: 'timeout is a duration such as 5m' }],
  ])('%s', (_sentence, given, expected) => {
    expect(uninstallArguments(given)).toEqual(expected);
  });
});
