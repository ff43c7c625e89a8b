import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import {
  checkExpressions,
  compileExpressions,
  hasExpressions,
} from '../../../src/pipeline/observe/ready-expressions.ts';

const status = {
  phase: 'Running',
  ready: 3,
  ratio: 0.5,
  at: '2026-11-20T12:00:00Z',
  conditions: [
    { type: 'Ready', status: 'True' },
    { type: 'Synced', status: 'False' },
  ],
};

function thing(annotations: Record<string, string>, parts: Partial<KubernetesObject> = {}): KubernetesObject {
  return {
    apiVersion: 'x.io/v1',
    kind: 'Thing',
    metadata: { name: 'a', generation: 2, labels: { 'app.kubernetes.io/name': 'a' }, annotations },
    spec: { replicas: 3, mode: 'ha' },
    status,
    ...parts,
  };
}

async function verdict(annotations: Record<string, string>, parts: Partial<KubernetesObject> = {}) {
  const object = thing(annotations, parts);
  return (await compileExpressions(object))(object);
}

const ready = (text: string, parts: Partial<KubernetesObject> = {}) => verdict({ 'helm-gitops.io/ready': text }, parts);

describe('a ready condition', () => {
  test.each([
    'status.phase == "Running"',
    'self.status.phase == "Running" && self.kind == "Thing"',
    'status.ready == spec.replicas',
    'status.ready >= 3 && status.ready + 1 == 4',
    'status.ratio < 1.0',
    'metadata.generation == 2',
    'metadata.labels["app.kubernetes.io/name"] == "a"',
    'status.conditions.exists(c, c.type == "Ready" && c.status == "True")',
    'status.conditions.filter(c, c.type == "Ready").all(c, c.status == "True")',
    'status.conditions.map(c, c.type) == ["Ready", "Synced"]',
    'size(status.conditions) == 2',
    'has(status.phase) && !has(status.nothing)',
    'status.?nothing.orValue("") == ""',
    'status.phase in ["Running", "Succeeded"]',
    'status.phase.matches("^Run")',
    'timestamp(status.at) < timestamp("2027-01-01T00:00:00Z")',
    'spec.mode == "ha" ? status.ready > 1 : status.ready > 0',
    '!has(self.constructor) && !("__proto__" in self)',
    'true || status.nothing == 1',
  ])('holds: %s', async (text) => {
    expect(await ready(text)).toEqual({
      status: 'ready',
      reason: 'ReadyCondition',
      message: 'its ready condition holds',
    });
  });

  test.each([
    ['status.phase == "Ready"', ''],
    ['status.nothing == 1', ' (no such key: nothing)'],
    ['status.conditions[7].type == "Ready"', ' (index out of bounds, index 7 >= size 2)'],
    ['status.phase', ' (it gives neither true nor false)'],
    ['status.phase + 1 == 2', ' (no such overload: dyn<string> + int)'],
    ['self.constructor == 1', ' (no such key: constructor)'],
    ['self.__proto__ == 1', ' (no such key: __proto__)'],
  ])('does not hold: %s', async (text, why) => {
    expect(await ready(text)).toEqual({
      status: 'progressing',
      reason: 'ReadyCondition',
      message: `its ready condition does not hold: ${text}${why}`,
    });
  });

  test('does not hold while there is no status', async () => {
    const object = thing({ 'helm-gitops.io/ready': 'status.ready > 0' });
    delete object['status'];
    expect((await compileExpressions(object))(object)).toMatchObject({ status: 'progressing' });
  });

  test('is cut off by what it costs, not by the time that a busy machine takes', async () => {
    const many = Array.from({ length: 400 }, (_, index) => index);
    const text = 'status.many.all(a, status.many.all(b, status.many.all(c, a + b + c >= 0)))';
    expect(await ready(text, { status: { many } })).toMatchObject({
      status: 'progressing',
      message: expect.stringContaining('(operation cancelled: actual cost limit exceeded)'),
    });
  });

  test('has patterns that never backtrack', async () => {
    const text = '!"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")';
    expect(await ready(text)).toMatchObject({ status: 'ready' });
  });

  test('is not asked of an object beyond all measure', async () => {
    const many = Array.from({ length: 100_001 }, () => true);
    expect(await ready('true', { status: { many } })).toMatchObject({ status: 'progressing', reason: 'TooLarge' });
  });

  test('of a Secret never tells what it holds', async () => {
    const secret = { kind: 'Secret', data: { key: 'hunter2' } };
    const observed = await ready('int(self.data.key) == 1', secret);
    expect([observed?.status, observed?.message.includes('hunter2')]).toEqual(['progressing', false]);
  });

  test('shows no more than the beginning of a long expression', async () => {
    const observed = await ready(`status.phase == "${'x'.repeat(300)}"`);
    expect(observed?.message.length).toBeLessThan(260);
  });
});

describe('a condition for failure', () => {
  const failed = 'helm-gitops.io/failed';
  test.each([
    ['holds', { [failed]: 'status.phase == "Running"' }, 'failed'],
    ['holds before the ready condition is asked', { [failed]: 'true', 'helm-gitops.io/ready': 'true' }, 'failed'],
    ['does not hold, and nothing else is said', { [failed]: 'status.phase == "Failed"' }, undefined],
    ['has no answer yet', { [failed]: 'status.nothing == 1', 'helm-gitops.io/ready': 'true' }, 'ready'],
  ])('%s', async (_sentence, annotations, status) => {
    expect((await verdict(annotations))?.status).toBe(status);
  });
});

describe('a wrong expression', () => {
  test.each([
    ['status.phase ==', 'Unexpected token: EOF'],
    ['phase == "x"', 'Unknown variable: phase'],
    ['1 + 1', 'it gives int, not true or false'],
    ['"yes"', 'it gives string, not true or false'],
    ['foo(status)', "found no matching overload for 'foo"],
    [`"${'x'.repeat(5000)}" == ""`, 'it is longer than 4096 characters'],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, 'Exceeded maxDepth'],
  ])('is an error that names the object: %s', async (text, why) => {
    await expect(ready(text)).rejects.toMatchObject({
      code: 'readiness.expression',
      fault: 'user',
      message: expect.stringContaining(`Thing/a: annotation helm-gitops.io/ready: ${why}`),
    });
  });

  test('is found before anything is written', async () => {
    const good = thing({ 'helm-gitops.io/ready': 'true' });
    await expect(checkExpressions([thing({}), good])).resolves.toBeUndefined();
    await expect(checkExpressions([good, thing({ 'helm-gitops.io/failed': '(' })])).rejects.toThrow(
      'Thing/a: annotation helm-gitops.io/failed: ',
    );
  });

  test.each([
    [{}, false],
    [{ 'helm-gitops.io/ready': '  ' }, false],
    [{ 'helm-gitops.io/ready': 'true' }, true],
    [{ 'helm-gitops.io/failed': 'true' }, true],
  ])('%j: expressions? %s', (annotations, expected) => {
    expect(hasExpressions(thing(annotations))).toBe(expected);
  });
});
