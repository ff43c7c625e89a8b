/**
 * Binds each pod to a node: the one with the fewest pods among those that its node selector, its required node affinity,
 * its claims and its requests allow. A pod that fits nowhere says why, as kube-scheduler does, and is tried again when
 * something changes.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext, Store } from '../store.ts';
import { replaceCondition, setCondition, writeStatus } from './conditions.ts';
import { keyOf, splitKey, startControlLoop } from './control-loop.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';
import { isFinished } from './pod-state.ts';
import { type Condition, type NodeRequirement, type Pod, timestamp } from './workload.ts';

const manager = { manager: 'kube-scheduler' };

interface Node extends KubernetesObject {
  readonly spec?: { unschedulable?: boolean };
  readonly status?: { allocatable?: Record<string, string | number> };
}

/** What each node carries, kept up to date so that a pod costs no look at all others. */
interface Load {
  readonly pods: Map<string, string>;
  readonly counts: Map<string, number>;
}

export function startScheduler(context: ControllerContext): Controller {
  const { store } = context;
  const events = createEventRecorder(context, 'default-scheduler');
  const load: Load = { pods: new Map(), counts: new Map() };
  const unsubscribe = store.subscribe(({ resource, type, object }) => {
    if (resource === 'pods') count(load, object as Pod, type === 'DELETED');
  });
  for (const pod of store.list('pods')) count(load, pod as Pod, false);
  const loop = startControlLoop(context, {
    name: 'scheduler',
    watched: ['pods', 'nodes', 'persistentvolumeclaims'],
    keys: (resource, object) => (resource === 'pods' ? [keyOf(object)] : waitingPods(store)),
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = store.get('pods', namespace, name) as Pod | undefined;
      if (pod !== undefined && isWaiting(pod)) schedule(context, { pod, load, events });
    },
  });
  return {
    name: loop.name,
    stop() {
      unsubscribe();
      loop.stop();
    },
  };
}

function count({ pods, counts }: Load, pod: Pod, deleted: boolean): void {
  const uid = pod.metadata.uid ?? '';
  const before = pods.get(uid);
  const node = deleted || isFinished(pod) ? undefined : pod.spec.nodeName || undefined;
  if (before === node) return;
  if (before !== undefined) counts.set(before, (counts.get(before) ?? 1) - 1);
  if (node === undefined) {
    pods.delete(uid);
    return;
  }
  pods.set(uid, node);
  counts.set(node, (counts.get(node) ?? 0) + 1);
}

function isWaiting(pod: Pod): boolean {
  const { nodeName = '', schedulerName = 'default-scheduler', schedulingGates = [] } = pod.spec;
  const mine = schedulerName === 'default-scheduler' && schedulingGates.length === 0;
  return nodeName === '' && mine && pod.metadata.deletionTimestamp === undefined && !isFinished(pod);
}

function waitingPods(store: Store): string[] {
  return store.list('pods', { filter: (pod) => isWaiting(pod as Pod) }).map(keyOf);
}

interface Scheduling {
  readonly pod: Pod;
  readonly load: Load;
  readonly events: EventRecorder;
}

function schedule(context: ControllerContext, { pod, load, events }: Scheduling): void {
  const { store } = context;
  const nodes = store.list('nodes') as Node[];
  const reasons = nodes.map((node) => [node, misfit(pod, node)] as const);
  const problem = claimProblem(store, pod);
  const fitting = reasons.filter(([, reason]) => reason === undefined).map(([node]) => node.metadata.name ?? '');
  const [best] = fitting.toSorted((left, right) => (load.counts.get(left) ?? 0) - (load.counts.get(right) ?? 0));
  if (problem === undefined && best !== undefined) {
    bind(context, { pod, node: best, events });
    return;
  }
  const message =
    problem === undefined
      ? explain(reasons.map(([, reason]) => reason ?? ''))
      : `0/${nodes.length} nodes are available: ${problem}.`;
  const condition = scheduled(context, { status: 'False', reason: 'Unschedulable', message });
  const conditions = replaceUnlessSame(pod.status?.conditions ?? [], condition);
  if (conditions === undefined) return;
  writeStatus(store, { resource: 'pods', object: pod, status: { ...pod.status, conditions } }, manager);
  events.record({ about: pod, type: 'Warning', reason: 'FailedScheduling', message });
}

function replaceUnlessSame(conditions: readonly Condition[], next: Condition): Condition[] | undefined {
  const same = conditions.some(
    ({ type, reason, message }) => type === next.type && reason === next.reason && message === next.message,
  );
  return same ? undefined : replaceCondition(conditions, next);
}

function scheduled(context: ControllerContext, state: Omit<Condition, 'type'>): Condition {
  return { type: 'PodScheduled', lastProbeTime: null, lastTransitionTime: timestamp(context.clock.now()), ...state };
}

function bind(
  context: ControllerContext,
  { pod, node, events }: { pod: Pod; node: string; events: EventRecorder },
): void {
  const { store } = context;
  const bound = store.update('pods', { ...pod, spec: { ...pod.spec, nodeName: node } }, manager) as Pod;
  const conditions = setCondition(bound.status?.conditions ?? [], scheduled(context, { status: 'True' }));
  writeStatus(store, { resource: 'pods', object: bound, status: { ...bound.status, conditions } }, manager);
  const message = `Successfully assigned ${keyOf(pod)} to ${node}`;
  events.record({ about: pod, type: 'Normal', reason: 'Scheduled', message });
}

/** `2 Insufficient cpu, 1 node(s) were unschedulable`: each reason with the number of nodes it holds for. */
function explain(reasons: readonly string[]): string {
  const counts = Map.groupBy(reasons, (reason) => reason);
  const parts = [...counts].map(([reason, all]) => `${all.length} ${reason}`).sort();
  return parts.length === 0
    ? 'no nodes available to schedule pods'
    : `0/${reasons.length} nodes are available: ${parts.join(', ')}.`;
}

function misfit(pod: Pod, node: Node): string | undefined {
  if (node.spec?.unschedulable) return 'node(s) were unschedulable';
  if (!matchesSelector(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  for (const resource of ['cpu', 'memory']) {
    const room = node.status?.allocatable?.[resource];
    if (room !== undefined && request(pod, resource) > amount(room)) return `Insufficient ${resource}`;
  }
  return undefined;
}

function request(pod: Pod, resource: string): number {
  return pod.spec.containers.reduce((sum, { resources }) => sum + amount(resources?.requests?.[resource] ?? 0), 0);
}

function amount(quantity: string | number): number {
  return toNumber(String(quantity));
}

function toNumber(text: string): number {
  const found = /^([\d.]+(?:[eE]\d+)?)([numkMGTPE]?i?)$/.exec(text);
  const powers: Readonly<Record<string, number>> = {
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    '': 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
  };
  return found === null ? 0 : Number(found[1]) * (powers[found[2] ?? ''] ?? 1);
}

function matchesSelector(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!selected || terms === undefined) return selected;
  const fields = { 'metadata.name': node.metadata.name ?? '' };
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every((rule) => matches(rule, labels)) && matchFields.every((rule) => matches(rule, fields)),
  );
}

function matches({ key, operator, values = [] }: NodeRequirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  const [limit] = values;
  return value !== undefined && (operator === 'Gt' ? Number(value) > Number(limit) : Number(value) < Number(limit));
}

function claimProblem(store: Store, pod: Pod): string | undefined {
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const claim = store.get('persistentvolumeclaims', pod.metadata.namespace ?? '', persistentVolumeClaim.claimName);
    if (claim === undefined) return `persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found`;
    if ((claim.status as { phase?: string } | undefined)?.phase !== 'Bound')
      return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}
