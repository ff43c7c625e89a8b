import { expect, test } from 'vitest';
import type { RecordedHook } from '../../../src/foundation/history/release-record.ts';
import { plannedHooks } from '../../../src/pipeline/plan/planned-hooks.ts';

const hook = (name: string, events: string[], more: Partial<RecordedHook> = {}): RecordedHook => ({
  ...{ name, kind: 'Job', path: 'web/templates/hooks.yaml', events },
  manifest: `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}}\nspec: {parallelism: 1}\n`,
  ...more,
});
const hooks = [
  hook('late', ['pre-upgrade', 'post-upgrade'], { weight: 5 }),
  hook('first', ['pre-install', 'pre-upgrade'], { weight: -1 }),
  hook('b', ['pre-upgrade']),
  hook('a', ['pre-upgrade']),
  hook('probe', ['test']),
  hook('bye', ['pre-delete', 'pre-rollback']),
];
const named = (input: Partial<Parameters<typeof plannedHooks>[0]>) =>
  plannedHooks({ hooks, before: [], action: 'upgrade', tests: false, ...input }).map(
    ({ event, object }) => `${event} ${object}`,
  );

test('those of the action run, by weight and then by name', () => {
  expect(named({})).toEqual([
    'pre-upgrade Job/first',
    'pre-upgrade Job/a',
    'pre-upgrade Job/b',
    'pre-upgrade Job/late',
    'post-upgrade Job/late',
  ]);
  expect(named({ action: 'install' })).toEqual(['pre-install Job/first']);
  expect(named({ action: 'delete' })).toEqual(['pre-delete Job/bye']);
});

test('tests run at the end, where they do', () => {
  expect(named({ action: 'install', tests: true })).toEqual(['pre-install Job/first', 'test Job/probe']);
});

test('what has changed is told, of a Secret without its value', () => {
  const secret = (value: string) =>
    hook('key', ['pre-upgrade'], {
      kind: 'Secret',
      manifest: `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {key: ${value}}\n`,
    });
  const changed = hook('a', ['pre-upgrade'], { manifest: hooks[3]?.manifest.replace('1}', '2}') ?? '' });
  const planned = plannedHooks({
    ...{ hooks: [changed, secret('hush-2'), hook('fresh', ['pre-upgrade'])] },
    ...{ before: [...hooks, secret('hush-1')], action: 'upgrade', tests: false },
  });
  expect(planned).toMatchObject([
    { object: 'Job/a', fields: [{ pointer: '/spec/parallelism', before: 1, after: 2 }] },
    { object: 'Job/fresh', fields: [] },
    { object: 'Secret/key', fields: [{ pointer: expect.stringContaining('key') }] },
  ]);
  expect(JSON.stringify(planned)).not.toMatch(/hush|aHVzaC/);
});
