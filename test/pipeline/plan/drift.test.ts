import { describe, expect, test } from 'vitest';
import { severityOf, worstFirst } from '../../../src/pipeline/plan/drift.ts';

const fields = (...pointers: string[]) => pointers.map((pointer) => ({ pointer, recorded: 1, live: 2 }));

describe('how bad drift is', () => {
  test.each<[string, string[], string]>([
    ['Deployment', ['/spec/replicas'], 'workload'],
    ['Deployment', [], 'workload'],
    ['Deployment', ['/metadata/labels/a', '/metadata/annotations/b'], 'metadata'],
    ['Deployment', ['/metadata/labels/a', '/spec/replicas'], 'workload'],
    ['Deployment', ['/spec/replicas', '/spec/template/spec/containers/0/image'], 'security'],
    ['Deployment', ['/spec/template/spec/hostNetwork'], 'security'],
    ['Deployment', ['/spec/template/spec/containers/0/imagePullPolicy'], 'workload'],
    ['ClusterRoleBinding', ['/metadata/labels/a'], 'security'],
    ['NetworkPolicy', [], 'security'],
  ])('%s with %j: %s', (kind, pointers, expected) => {
    expect(severityOf(kind, fields(...pointers))).toBe(expected);
  });

  test('the worst field comes first, the others keep their order', () => {
    const sorted = worstFirst('Deployment', fields('/metadata/labels/a', '/spec/b', '/spec/a', '/spec/hostPID'));
    expect(sorted.map(({ pointer }) => pointer)).toEqual(['/spec/hostPID', '/spec/b', '/spec/a', '/metadata/labels/a']);
  });
});
