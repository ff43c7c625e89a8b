/** The fields of workloads and pods that the controllers read, as the API server has defaulted them. */
import type { KubernetesObject, OwnerReference } from '../../foundation/manifest/object.ts';
import type { ResourceName, Store } from '../store.ts';

export type IntOrPercent = number | string;

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly lastProbeTime?: string | null;
}

export interface LabelSelector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { name?: string; containerPort: number; protocol?: string }[];
  readonly resources?: { requests?: Record<string, string | number>; limits?: Record<string, string | number> };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly nodeName?: string;
  readonly nodeSelector?: Record<string, string>;
  readonly restartPolicy?: string;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly hostNetwork?: boolean;
  readonly schedulerName?: string;
  readonly affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector } };
  readonly tolerations?: readonly Record<string, unknown>[];
  readonly volumes?: readonly { name: string; persistentVolumeClaim?: { claimName: string } }[];
  readonly schedulingGates?: readonly unknown[];
}

export interface NodeSelector {
  readonly nodeSelectorTerms?: readonly {
    matchFields?: readonly NodeRequirement[];
    matchExpressions?: readonly NodeRequirement[];
  }[];
}

export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: PodSpec;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly imageID?: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state?: Record<string, Record<string, unknown>>;
  readonly lastState?: Record<string, Record<string, unknown>>;
}

export interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly startTime?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

export interface Pod extends KubernetesObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export const controllerManager = { manager: 'kube-controller-manager' };

/** RFC 3339 in seconds, as Kubernetes stores times. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function controllerOf(object: KubernetesObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

export function ownerReference(owner: KubernetesObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The objects of one type that this one controls. */
export function controlledBy<T extends KubernetesObject>(
  store: Store,
  owner: KubernetesObject,
  resource: ResourceName,
): T[] {
  const uid = owner.metadata.uid ?? '';
  return store
    .dependents(uid)
    .filter((dependent) => dependent.resource === resource && controllerOf(dependent.object)?.uid === uid)
    .map(({ object }) => object as T);
}

/** The key of the controller of that kind, for the events of what it controls. */
export function controllerKeys(object: KubernetesObject, kind: string): string[] {
  const owner = controllerOf(object);
  return owner?.kind === kind ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : [];
}

/** A pod made from a template; the API server generates its name unless one is given. */
export function podFromTemplate(template: PodTemplate, owner: KubernetesObject): KubernetesObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels: { ...labels } }),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
      ...(finalizers === undefined ? {} : { finalizers: [...finalizers] }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: template.spec,
  };
}

/** An absolute number, or a share of `total`. */
export function intOrPercent(value: IntOrPercent | undefined, total: number, round: (value: number) => number): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  return value.endsWith('%') ? round((Number.parseInt(value, 10) * total) / 100) : Number.parseInt(value, 10) || 0;
}

export function byCreation(left: KubernetesObject, right: KubernetesObject): number {
  const order = compareText(left.metadata.creationTimestamp ?? '', right.metadata.creationTimestamp ?? '');
  return order === 0 ? compareText(left.metadata.name ?? '', right.metadata.name ?? '') : order;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
