/**
 * Readiness beside kstatus (fluxcd/cli-utils 1.2.1, what Helm 4.2 waits by): its verdicts are recorded, and asked for
 * again where KSTATUS_BIN names kstatus-judge.go's program. Where we differ, we do so on purpose.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import type { Readiness } from '../../../src/pipeline/observe/readiness.ts';
import { readinessOf } from '../../../src/pipeline/observe/readiness-of.ts';
import { randomObjects } from './random-objects.ts';

const judge = process.env.KSTATUS_BIN;
const file = join(import.meta.dirname, 'kstatus.recorded.json');
const objects = randomObjects(2, 8000);

/** One letter for each object. */
const letters: Readonly<Record<string, string>> = { Current: 'C', InProgress: 'I', Failed: 'F', Terminating: 'T' };
const statuses: Readonly<Record<string, Readiness['status']>> = {
  C: 'ready',
  I: 'progressing',
  F: 'failed',
  T: 'terminating',
};

function ask(binary: string): string {
  const input = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const answers = execFileSync(binary, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  return answers
    .trimEnd()
    .split('\n')
    .map((answer) => letters[answer] ?? '?')
    .join('');
}

/** `Pod: ours failed Failed, kstatus ready` → why. */
const differences: Readonly<Record<string, string>> = {
  'Deployment: ours ready Paused, kstatus progressing': "Helm's watcher leaves paused ones out",
  'Deployment: ours ready Paused, kstatus failed': "Helm's watcher leaves paused ones out",
  'ReplicaSet: ours progressing NotObserved, kstatus ready':
    'until its controller has seen it its status means nothing',
  'ReplicaSet: ours progressing LessReplicas, kstatus ready': 'it asks only what is available and ready',
  'StatefulSet: ours progressing NotObserved, kstatus ready':
    'until its controller has seen it its status means nothing',
  'StatefulSet: ours progressing LessUpdated, kstatus ready':
    'a rollout is complete when its revision is the current one',
  'Deployment: ours progressing NotObserved, kstatus ready':
    'until its controller has seen it its status means nothing',
  'DaemonSet: ours ready Ready, kstatus progressing': 'OnDelete: nothing brings the new template to old pods',
  'Pod: ours failed Failed, kstatus ready': 'a Pod that has failed is not what the chart wanted',
  'Pod: ours progressing NotReady, kstatus failed':
    'a crash loop is a failure after three restarts, by find-culprit.ts',
  'Pod: ours progressing Unschedulable, kstatus failed': 'a cluster that grows finds a node: the timeout decides',
  'Job: ours failed X, kstatus progressing': 'FailureTarget: it fails, its last pods still terminate',
  'Job: ours failed X, kstatus ready': 'FailureTarget: it fails, its last pods still terminate',
  'PersistentVolumeClaim: ours failed Lost, kstatus progressing': 'a volume that is gone does not come back',
};

describe('readiness beside kstatus', () => {
  const { verdicts } = process.env.RECORD && judge ? { verdicts: ask(judge) } : JSON.parse(readFileSync(file, 'utf8'));
  if (process.env.RECORD && judge) writeFileSync(file, `${JSON.stringify({ verdicts }, undefined, 2)}\n`);
  const different = new Map<string, KubernetesObject>();
  objects.forEach((object, index) => {
    const { status, reason } = readinessOf(object);
    const theirs = statuses[verdicts[index]];
    if (status !== theirs) different.set(`${object.kind}: ours ${status} ${reason}, kstatus ${theirs}`, object);
  });

  test('agrees on 8,000 objects, but for what is decided otherwise', () => {
    expect(verdicts).toHaveLength(objects.length);
    const undecided = [...different].filter(([difference]) => !Object.hasOwn(differences, difference));
    expect(undecided.map(([difference, object]) => `${difference}: ${JSON.stringify(object)}`)).toEqual([]);
  });

  test('differs in everything that is listed', () => {
    expect(Object.keys(differences).filter((difference) => !different.has(difference))).toEqual([]);
  });

  test.skipIf(!judge)('has recorded what kstatus says (skipped without KSTATUS_BIN)', () => {
    expect(ask(judge ?? '')).toBe(verdicts);
  });
});
