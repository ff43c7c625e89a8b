import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { type Creations, createOnce } from '../../../src/pipeline/apply/create-once.ts';
import { withOwnership } from '../../../src/pipeline/plan/ownership.ts';

const object: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'web' } };
const key = { group: '', kind: 'ConfigMap', namespace: 'web', name: 'x' };

/** A cluster that takes a while to write. */
function scene() {
  const creations: Creations = new Map();
  const told: string[] = [];
  const cluster = { live: undefined as KubernetesObject | undefined, refuses: false };
  const create = (name: string) => {
    const release = { name, namespace: 'web' };
    return createOnce({
      creations,
      release,
      key,
      look: async () => {
        told.push(`${name} looks`);
        return cluster.live;
      },
      write: async () => {
        told.push(`${name} writes`);
        await new Promise(setImmediate);
        if (cluster.refuses) throw new Error('no');
        cluster.live = withOwnership(object, release);
        return cluster.live;
      },
    }).then(
      () => `${name} has it`,
      (error: Error) => error.message,
    );
  };
  return { cluster, create, told };
}

test('of several releases one makes an object, the others are told whose it is', async () => {
  const { create, told } = scene();
  const [one, ...others] = await Promise.all(['a', 'b', 'c'].map(create));
  expect(one).toBe('a has it');
  for (const other of others)
    expect(other).toMatch(/^ConfigMap "x" in namespace "web" exists and cannot be imported .*current value is "a"$/);
  expect(told).toEqual(['a writes', 'b looks', 'c looks']);
});

test('who was planned before another made it is told too, and its own maker writes without a look', async () => {
  const { cluster, create, told } = scene();
  await create('a');
  cluster.live = undefined;
  expect(await create('a')).toBe('a has it');
  expect(await create('b')).toContain('cannot be imported');
  expect(told).toEqual(['a writes', 'a writes', 'b looks']);
});

test('what the first could not make, or is gone again, the next one makes, and only one of them', async () => {
  const { cluster, create } = scene();
  cluster.refuses = true;
  const first = create('a');
  const next = ['b', 'c'].map(create);
  await new Promise(setImmediate);
  cluster.refuses = false;
  expect(await first).toBe('no');
  expect((await Promise.all(next)).filter((said) => said.endsWith('has it'))).toEqual(['b has it']);
});
