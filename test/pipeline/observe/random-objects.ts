/** Objects with every status that matters to readiness, mixed as no controller would: always the same for one seed. */
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

type Fields = Record<string, unknown>;

export function randomObjects(seed: number, count: number): KubernetesObject[] {
  const dice = newDice(seed);
  return Array.from({ length: count }, () => {
    const [apiVersion, kind, make] = dice.pick(...kinds);
    const { spec, status } = make(dice);
    const generation = dice.pick(1, 2);
    const deletion = dice.maybe('deletionTimestamp', () => '2026-01-01T00:00:00Z', 0.04);
    const metadata = {
      name: 'a',
      namespace: 'n',
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation,
      ...deletion,
    };
    return { apiVersion, kind, metadata, spec, ...(status && { status }) };
  });
}

type Dice = ReturnType<typeof newDice>;

function newDice(seed: number) {
  let state = seed;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const pick = <T>(...items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const maybe = (key: string, value: () => unknown, likely = 0.7): Fields =>
    next() < likely ? { [key]: value() } : {};
  const counts = (...fields: readonly string[]): Fields =>
    Object.assign({}, ...fields.map((field) => maybe(field, () => pick(0, 1, 2, 3))));
  const conditions = (types: readonly string[], ...reasons: readonly string[]) => {
    const standard = next() < 0.15 ? ['Reconciling', 'Stalled'] : [];
    const made = [...standard, ...types].filter(() => next() < 0.5);
    const all = made.map((type) => ({
      type,
      status: pick('True', 'False', 'Unknown'),
      reason: pick(...reasons, 'X'),
      message: 'm',
    }));
    return { conditions: all };
  };
  return { pick, maybe, counts, conditions, observed: () => maybe('observedGeneration', () => pick(1, 2), 0.8) };
}

const kinds: readonly (readonly [string, string, (dice: Dice) => { spec: Fields; status?: Fields }])[] = [
  [
    'apps/v1',
    'Deployment',
    ({ pick, maybe, counts, conditions, observed }) => ({
      spec: {
        ...counts('replicas'),
        ...maybe('progressDeadlineSeconds', () => pick(600, 2_147_483_647)),
        ...maybe('paused', () => true, 0.05),
      },
      status: {
        ...observed(),
        ...counts('replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'),
        ...conditions(
          ['Progressing', 'Available', 'ReplicaFailure'],
          'NewReplicaSetAvailable',
          'NewReplicaSetAvailable',
          'ProgressDeadlineExceeded',
        ),
      },
    }),
  ],
  [
    'apps/v1',
    'StatefulSet',
    ({ pick, maybe, counts, conditions, observed }) => ({
      spec: {
        ...counts('replicas'),
        ...maybe('updateStrategy', () =>
          pick<Fields>(
            { type: 'OnDelete' },
            { type: 'RollingUpdate' },
            { rollingUpdate: { partition: pick(0, 1, 2) } },
          ),
        ),
      },
      status: {
        ...observed(),
        ...counts('replicas', 'updatedReplicas', 'readyReplicas'),
        // Not asked for by us: the others say the same.
        currentReplicas: 3,
        ...maybe('currentRevision', () => pick('a', 'b')),
        ...maybe('updateRevision', () => pick('a', 'b')),
        ...conditions([]),
      },
    }),
  ],
  [
    'apps/v1',
    'DaemonSet',
    ({ pick, maybe, counts, conditions, observed }) => ({
      spec: maybe('updateStrategy', () => ({ type: pick('OnDelete', 'RollingUpdate') })),
      status: {
        ...observed(),
        ...counts('desiredNumberScheduled', 'currentNumberScheduled', 'updatedNumberScheduled'),
        ...counts('numberAvailable', 'numberReady'),
        ...conditions([]),
      },
    }),
  ],
  [
    'apps/v1',
    'ReplicaSet',
    ({ pick, counts, conditions, observed }) => ({
      spec: { replicas: pick(0, 1, 2, 3) },
      status: {
        ...observed(),
        ...counts('replicas', 'availableReplicas', 'readyReplicas'),
        fullyLabeledReplicas: 3,
        ...conditions(['ReplicaFailure']),
      },
    }),
  ],
  [
    'v1',
    'Pod',
    ({ pick, maybe, conditions }) => ({
      spec: {},
      status: {
        ...maybe('phase', () => pick('Pending', 'Running', 'Succeeded', 'Failed')),
        ...conditions(['Ready', 'PodScheduled'], 'Unschedulable'),
        ...maybe(
          'containerStatuses',
          () => [{ name: 'a', state: pick({ waiting: { reason: 'CrashLoopBackOff' } }, { running: {} }) }],
          0.3,
        ),
      },
    }),
  ],
  [
    'batch/v1',
    'Job',
    ({ maybe, counts, conditions }) => ({
      spec: {},
      status: {
        ...maybe('startTime', () => '2026-01-01T00:00:00Z'),
        ...counts('active', 'succeeded', 'failed'),
        ...conditions(['Complete', 'Failed', 'FailureTarget']),
      },
    }),
  ],
  [
    'v1',
    'PersistentVolumeClaim',
    ({ pick, maybe, conditions }) => ({
      spec: {},
      status: { ...maybe('phase', () => pick('Bound', 'Pending', 'Lost')), ...conditions([]) },
    }),
  ],
  [
    'v1',
    'Service',
    ({ pick, maybe, conditions }) => ({
      spec: {
        ...maybe('type', () => pick('LoadBalancer', 'ClusterIP', 'ExternalName', 'NodePort')),
        ...maybe('clusterIP', () => pick('', '1.2.3.4', 'None')),
      },
      status: conditions([]),
    }),
  ],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    ({ conditions }) => ({ spec: {}, status: conditions(['NamesAccepted', 'Established'], 'Installing') }),
  ],
  [
    'policy/v1',
    'PodDisruptionBudget',
    ({ conditions, observed }) => ({ spec: {}, status: { ...observed(), ...conditions(['DisruptionAllowed']) } }),
  ],
  [
    'networking.k8s.io/v1',
    'Ingress',
    ({ observed, conditions }) => ({ spec: {}, status: { ...observed(), ...conditions([]) } }),
  ],
  ['v1', 'ConfigMap', () => ({ spec: {} })],
  [
    'x.io/v1',
    'Thing',
    ({ pick, observed, conditions }) => ({
      spec: {},
      status: { ...observed(), ...pick<Fields>({}, conditions(['Ready', 'Available'], '')) },
    }),
  ],
];
