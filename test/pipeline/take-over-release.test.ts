import { expect, test } from 'vitest';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { planTakeover, takeOver } from '../../src/pipeline/take-over-release.ts';
import { planUndo, undoTakeover } from '../../src/pipeline/undo-takeover.ts';
import { configMap, definition, prepared, releaseScene } from './release-scene.ts';

const foreign = { tool: 'Argo CD', apiVersion: 'v1', kind: 'Application', namespace: 'argocd', name: 'shop' };

const release = prepared('d1', { ...definition, foreign });

function keptByArgo() {
  const scene = releaseScene();
  const { cluster } = scene;
  scene.manifests.text = configMap('x', 'red') + configMap('z', 'blue');
  for (const [name, color] of [
    ['x', 'red'],
    ['z', 'blue'],
  ])
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'web' }, data: { color } });
  const own = { name: 'shop', namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] };
  const spec = { syncPolicy: { automated: { prune: true } } };
  cluster.put({ apiVersion: 'v1', kind: 'Application', metadata: own, spec });
  return scene;
}

/** A take-over whose n-th write never comes, done once more; and the way back in the same manner. */
async function cutShort(write: number) {
  const scene = keptByArgo();
  const { cluster, context } = scene;
  const attempts = async (task: () => Promise<unknown>) => {
    let left = write;
    cluster.before = (call) => {
      if (/^(get|list|dry-run)/.test(call)) return;
      left -= 1;
      if (left === 0) throw new Error('cut short');
    };
    const first = await task().then(
      () => 'done',
      () => 'cut',
    );
    cluster.before = () => undefined;
    if (first === 'cut') await task();
    return first;
  };
  const seen = () =>
    [...cluster.objects.values()]
      .map(({ kind, metadata, ...rest }: KubernetesObject) => {
        const { name, finalizers, annotations = {} } = metadata;
        const phase = /"phase":"(\w+)"/.exec(annotations['helm-gitops.io/taken-over'] ?? '')?.[1];
        const skip = annotations['argocd.argoproj.io/skip-reconcile'];
        return { kind, name, finalizers, phase, skip, spec: rest['spec'], data: kind === 'ConfigMap' && rest['data'] };
      })
      .sort((one, other) => `${one.kind}${one.name}`.localeCompare(`${other.kind}${other.name}`));
  const taking = await attempts(async () => await takeOver(context, await planTakeover(context, release)));
  const taken = { objects: seen(), records: await scene.records(), state: scene.state?.deployed?.helmRevision };
  const giving = await attempts(async () => await undoTakeover(context, await planUndo(context, release)));
  return { taking, giving, taken, given: { objects: seen(), records: await scene.records(), state: scene.state } };
}

test('a take-over and the way back end the same, wherever they are cut short', async () => {
  const whole = await cutShort(0);
  expect(whole.taken).toMatchObject({
    records: [expect.stringMatching(/^1 deployed Taken over from Argo CD /)],
    state: 1,
  });
  expect(whole.taken.objects[0]).toMatchObject({ kind: 'Application', phase: 'done', skip: 'true', finalizers: [] });
  expect(whole.given).toMatchObject({ records: [], state: undefined });
  expect(whole.given.objects[0]).toMatchObject({
    finalizers: ['resources-finalizer.argocd.argoproj.io'],
    spec: { syncPolicy: { automated: { prune: true } } },
  });
  const cuts: string[] = [];
  for (let write = 1; write <= 8; write += 1) {
    const { taking, giving, ...ends } = await cutShort(write);
    expect(ends, `cut at write ${write}`).toEqual({ taken: whole.taken, given: whole.given });
    cuts.push(`${taking} ${giving}`);
  }
  expect(cuts.filter((one) => one.startsWith('cut')).length).toBeGreaterThan(4);
  expect(cuts.filter((one) => one.endsWith('cut')).length).toBeGreaterThan(3);
  expect(cuts.at(-1)).toBe('done done');
});

test('what somebody else writes in between is read again', async () => {
  const { cluster, context, records } = keptByArgo();
  const raced = new Set<string>();
  cluster.before = (call) => {
    if (!call.startsWith('patch') || raced.has(call)) return;
    raced.add(call);
    throw clusterError('cluster.conflict', 'the object has been modified');
  };
  await takeOver(context, await planTakeover(context, release));
  expect(await records()).toHaveLength(1);
  raced.clear();
  await undoTakeover(context, await planUndo(context, release));
  expect([...raced].sort()).toEqual(['patch Application/shop', 'patch ConfigMap/x', 'patch ConfigMap/z']);
  expect(await records()).toEqual([]);
});
