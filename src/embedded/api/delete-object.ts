/** Deletes as the API server does: preconditions, grace of pods, finalizers, propagation; collections one by one. */
import type { JsonObject, KubernetesObject, ObjectMeta } from '../../foundation/manifest/object.ts';
import type { DeleteOptions } from '../store.ts';
import { admitByPolicies } from './admit-policies.ts';
import { mutateByWebhooks, validateByWebhooks } from './admit-webhooks.ts';
import { type ApiRequest, kindSubject, subjectOf, timestamp } from './api-context.ts';
import { countsGenerations } from './object-rules.ts';
import { conflict, forbidden, notFound } from './status-error.ts';

export interface Deletion {
  /** The last state, or the one that stays until its finalizers are gone. */
  readonly object: KubernetesObject;
  readonly gone: boolean;
  readonly warnings: readonly string[];
}

const lastingNamespaces: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);
const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const orphanWarning =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

export function deleteObject(request: ApiRequest, options: DeleteOptions): Deletion {
  const { type, namespace, name } = request;
  const object = request.context.objects.get(type.storedAs, namespace, name);
  if (object === undefined) throw notFound(subjectOf(type), name);
  if (type.name === 'namespaces' && lastingNamespaces.has(name))
    throw forbidden(subjectOf(type), name, 'this namespace may not be deleted');
  checkPreconditions(request, object, options);
  const write = { operation: 'DELETE', object: undefined, before: object } as const;
  mutateByWebhooks(request, write);
  admitByPolicies(request, write);
  validateByWebhooks(request, write);
  const plain = type.name === 'jobs.batch' && options.propagationPolicy === undefined;
  const policy = plain ? 'Orphan' : options.propagationPolicy;
  const warnings =
    plain && request.context.objects.dependents(object.metadata.uid ?? '').length > 0 ? [orphanWarning] : [];
  const grace = graceOf(request, object, options);
  const finalizers = [...finalizersFor(object, policy), ...ownFinalizer(request, object)];
  const waits = grace > 0 || finalizers.length > 0 || holdsContent(request, object);
  if (!waits) {
    // A pod's end is told with a deletionTimestamp even when nothing waited for it.
    const final = type.name === 'pods' ? markDeleted(request, object, { grace, finalizers }) : object;
    const last = request.dryRun ? final : request.context.objects.remove(type.storedAs, final);
    return { object: last, gone: true, warnings };
  }
  const marked = markDeleted(request, object, { grace, finalizers });
  if (marked === object || request.dryRun) return { object: marked, gone: false, warnings };
  return { object: request.context.objects.put(type.storedAs, marked), gone: false, warnings };
}

function checkPreconditions(
  { type, name }: ApiRequest,
  { metadata }: KubernetesObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const failed = (what: string, values: [wanted: string, found: string | undefined], guess: string): Error =>
    conflict(
      kindSubject(type),
      name,
      `the ${what} in the precondition (${values[0]}) does not match the ${what} in record (${values[1] ?? ''}). The object might have been ${guess}`,
    );
  if (uid !== undefined && uid !== metadata.uid) throw failed('UID', [uid, metadata.uid], 'deleted and then recreated');
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw failed('ResourceVersion', [resourceVersion, metadata.resourceVersion], 'modified');
}

/** Seconds. Only pods that run somewhere are waited for. */
function graceOf({ type }: ApiRequest, object: KubernetesObject, options: DeleteOptions): number {
  if (type.name !== 'pods') return 0;
  const spec = (object.spec ?? {}) as JsonObject;
  const phase = (object.status as JsonObject | undefined)?.phase;
  if (!spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
  const wanted =
    options.gracePeriodSeconds ??
    (typeof spec.terminationGracePeriodSeconds === 'number' ? spec.terminationGracePeriodSeconds : 30);
  const { deletionGracePeriodSeconds: former } = object.metadata;
  return typeof former === 'number' ? Math.min(former, wanted) : Math.max(0, wanted);
}

function finalizersFor(object: KubernetesObject, policy: DeleteOptions['propagationPolicy']): string[] {
  const others = (object.metadata.finalizers ?? []).filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  if (policy === 'Orphan') return [...others, 'orphan'];
  if (policy === 'Foreground') return [...others, 'foregroundDeletion'];
  return policy === 'Background' ? others : (object.metadata.finalizers ?? []);
}

/** A definition waits until its objects are gone. */
function ownFinalizer({ type }: ApiRequest, { metadata }: KubernetesObject): string[] {
  const cleanup = 'customresourcecleanup.apiextensions.k8s.io';
  const needed = type.name === definitions && metadata.deletionTimestamp === undefined;
  return needed && !(metadata.finalizers ?? []).includes(cleanup) ? [cleanup] : [];
}

/** A namespace lives on until its own finalizer is gone, which its contents' removal does. */
function holdsContent({ type }: ApiRequest, object: KubernetesObject): boolean {
  return (
    type.name === 'namespaces' && ((object.spec as { finalizers?: string[] } | undefined)?.finalizers ?? []).length > 0
  );
}

function markDeleted(
  { context, type }: ApiRequest,
  object: KubernetesObject,
  how: { grace: number; finalizers: string[] },
): KubernetesObject {
  const { metadata } = object;
  const former = metadata.deletionTimestamp;
  const sameFinalizers = how.finalizers.join() === (metadata.finalizers ?? []).join();
  if (former !== undefined && sameFinalizers && (metadata.deletionGracePeriodSeconds ?? 0) === how.grace) return object;
  const { finalizers: _old, ...rest } = metadata;
  const due = timestamp({ now: () => context.clock.now() + how.grace * 1000 });
  const marked: ObjectMeta = {
    ...rest,
    ...(former === undefined && countsGenerations(type) && type.name !== definitions
      ? { generation: (metadata.generation ?? 0) + 1 }
      : {}),
    deletionTimestamp: former !== undefined && how.grace === metadata.deletionGracePeriodSeconds ? former : due,
    ...(type.name === definitions || type.name === 'namespaces' ? {} : { deletionGracePeriodSeconds: how.grace }),
    ...(how.finalizers.length === 0 ? {} : { finalizers: how.finalizers }),
  };
  const next = { ...object, metadata: marked };
  if (type.name === definitions && former === undefined)
    return { ...next, status: endingStatus(object, timestamp(context.clock)) };
  if (type.name !== 'namespaces') return next;
  return { ...next, status: { ...(object.status as JsonObject), phase: 'Terminating' } };
}

function endingStatus({ status }: KubernetesObject, now: string): JsonObject {
  const { conditions, ...rest } = (status ?? {}) as JsonObject;
  const ending = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: now,
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return { ...rest, conditions: [...(Array.isArray(conditions) ? conditions : []), ending] };
}
