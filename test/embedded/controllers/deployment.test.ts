import { describe, expect, test } from 'vitest';
import { conditionsOf, createWorld, deployment, eventsAbout, podsOf, setImage, setSpec, statusOf } from './world.ts';

const deployments = 'deployments.apps';
const replicaSets = 'replicasets.apps';

function sizes(world: ReturnType<typeof createWorld>): (number | undefined)[] {
  return world.store.list(replicaSets).map((set) => (set.spec as { replicas?: number }).replicas);
}

describe('a Deployment', () => {
  test('rolls out and says so', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web'), { manager: 'test' });
    world.settle();
    expect(statusOf(world, deployments, 'web')).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      updatedReplicas: 2,
      observedGeneration: 1,
      terminatingReplicas: 0,
    });
    expect(statusOf(world, deployments, 'web')).not.toHaveProperty('unavailableReplicas');
    expect(conditionsOf(world, deployments, 'web')).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=True NewReplicaSetAvailable',
    ]);
    const [set] = world.store.list(replicaSets);
    expect(set?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/);
    expect(world.store.get(deployments, 'default', 'web')?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '1',
    });
    expect(eventsAbout(world, 'web')).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 2`,
    ]);
    world.stop();
  });

  test('a new image comes one pod at a time and leaves an empty set behind', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web', { replicas: 4 }), { manager: 'test' });
    world.settle();
    let fewest = 4;
    const stop = world.store.subscribe(({ resource, object }) => {
      if (resource === deployments)
        fewest = Math.min(fewest, (object.status as { availableReplicas?: number }).availableReplicas ?? 0);
    });
    setImage(world, deployments, 'web', 'app:2');
    world.settle();
    stop();
    expect(fewest).toBeGreaterThanOrEqual(3);
    expect(podsOf(world).map((pod) => pod.spec.containers[0]?.image)).toEqual(['app:2', 'app:2', 'app:2', 'app:2']);
    expect(sizes(world).sort()).toEqual([0, 4]);
    expect(world.store.get(deployments, 'default', 'web')?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '2',
    });
    setImage(world, deployments, 'web', 'app:1');
    world.settle();
    expect(world.store.list(replicaSets)).toHaveLength(2);
    expect(world.store.get(deployments, 'default', 'web')?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '3',
    });
    world.stop();
  });

  test('a broken image stops half way, and after the deadline it is told', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web', { replicas: 4, progressDeadlineSeconds: 10 }), {
      manager: 'test',
    });
    world.settle();
    setImage(world, deployments, 'web', 'app:broken');
    world.advance(5_000);
    expect(statusOf(world, deployments, 'web')).toMatchObject({
      availableReplicas: 3,
      readyReplicas: 3,
      updatedReplicas: 2,
      unavailableReplicas: 2,
      replicas: 5,
    });
    expect(conditionsOf(world, deployments, 'web')).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=True ReplicaSetUpdated',
    ]);
    world.advance(10_000);
    expect(conditionsOf(world, deployments, 'web')).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=False ProgressDeadlineExceeded',
    ]);
    const broken = podsOf(world).find((pod) => pod.spec.containers[0]?.image === 'app:broken');
    expect(broken?.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
    });
    setImage(world, deployments, 'web', 'app:1');
    world.settle();
    expect(conditionsOf(world, deployments, 'web')).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=True NewReplicaSetAvailable',
    ]);
    world.stop();
  });

  test('Recreate ends the old pods before it starts new ones', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web', { strategy: { type: 'Recreate' } }), { manager: 'test' });
    world.settle();
    const images = new Set<string>();
    world.store.subscribe(({ resource }) => {
      if (resource === 'pods')
        images.add([...new Set(podsOf(world).map((pod) => pod.spec.containers[0]?.image))].join('+'));
    });
    setImage(world, deployments, 'web', 'app:2');
    world.settle();
    expect([...images].filter((combination) => combination.includes('+'))).toEqual([]);
    expect(statusOf(world, deployments, 'web')).toMatchObject({ availableReplicas: 2, updatedReplicas: 2 });
    world.stop();
  });

  test('scaling keeps the template, and a paused one scales but does not roll', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web'), { manager: 'test' });
    world.settle();
    setSpec(world, deployments, 'web', { replicas: 5 });
    world.settle();
    expect(statusOf(world, deployments, 'web')).toMatchObject({ availableReplicas: 5 });
    setSpec(world, deployments, 'web', { paused: true });
    setImage(world, deployments, 'web', 'app:2');
    world.settle();
    expect(conditionsOf(world, deployments, 'web')).toContain('Progressing=Unknown DeploymentPaused');
    expect(world.store.list(replicaSets)).toHaveLength(1);
    setSpec(world, deployments, 'web', { replicas: 0 });
    world.settle();
    expect(podsOf(world)).toEqual([]);
    setSpec(world, deployments, 'web', { paused: false, replicas: 1 });
    world.settle();
    expect(podsOf(world).map((pod) => pod.spec.containers[0]?.image)).toEqual(['app:2']);
    world.stop();
  });

  test('its deletion takes sets and pods along', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web'), { manager: 'test' });
    world.settle();
    world.store.delete(deployments, 'default', 'web', { propagationPolicy: 'Background' });
    world.settle();
    expect([world.store.list(deployments), world.store.list(replicaSets), podsOf(world)]).toEqual([[], [], []]);
    world.stop();
  });

  test('at rest nothing is written and only the events wait for their end', () => {
    const world = createWorld();
    world.store.create(deployments, deployment('web'), { manager: 'test' });
    world.settle();
    const before = world.writes();
    world.advance(600_000);
    expect(world.writes()).toBe(before);
    world.advance(3_600_000);
    expect(world.store.list('events')).toEqual([]);
    expect(world.pending()).toBe(0);
    world.stop();
  });

  test('a pod that crashes is told as a crash loop', () => {
    const world = createWorld({ crashBackoff: 1000 });
    world.store.create(deployments, deployment('web', { replicas: 1 }, 'app:crash'), { manager: 'test' });
    world.settle();
    const restarts = () => podsOf(world)[0]?.status.containerStatuses?.[0]?.restartCount;
    expect(restarts()).toBe(0);
    world.advance(8_000);
    expect(restarts()).toBe(3);
    world.advance(60_000);
    expect(restarts()).toBe(5);
    expect(podsOf(world)[0]?.status).toMatchObject({
      containerStatuses: [
        { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } },
      ],
    });
    const events = eventsAbout(world, podsOf(world)[0]?.metadata.name ?? '');
    expect(
      events.some((event) => event.startsWith('BackOff: Back-off restarting failed container c in pod web-')),
    ).toBe(true);
    world.stop();
  });
});
