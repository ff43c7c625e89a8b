/** Ends namespaces that are being deleted: deletes all they contain, and themselves when nothing is left. */

import type { JsonObject } from '../../foundation/manifest/object.ts';
import { timestamp } from '../api/api-context.ts';
import { objectsAt } from '../defaults/set-default.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Controller, ControllerContext, Store } from '../store.ts';

export interface NamespaceParts {
  readonly registry: ResourceRegistry;
  readonly objects: ObjectStore;
}

export function startNamespaceEmptier(context: ControllerContext, { registry, objects }: NamespaceParts): Controller {
  const { store } = context;
  const waiting = new Set<string>();

  const plan = (namespace: string): void => {
    if (waiting.has(namespace)) return;
    waiting.add(namespace);
    context.schedule(0, () => {
      waiting.delete(namespace);
      empty(namespace);
    });
  };

  const tellWhatRemains = (name: string): void => {
    const current = store.get('namespaces', '', name);
    if (current === undefined) return;
    const conditions = remainingConditions(registry, store, { namespace: name, now: timestamp(context.clock) });
    const status = (current.status ?? {}) as JsonObject;
    const texts = (list: JsonObject[]): string => list.map(({ type, message }) => `${type}=${message}`).join('\n');
    if (texts(objectsAt(status, 'conditions')) === texts(conditions)) return;
    store.updateStatus('namespaces', { ...current, status: { ...status, conditions } });
  };

  const empty = (name: string): void => {
    const namespace = store.get('namespaces', '', name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    let left = 0;
    for (const type of registry.all()) {
      if (!type.namespaced || type.storedAs !== type.name) continue;
      for (const { metadata } of store.list(type.name, { namespace: name })) {
        if (metadata.deletionTimestamp === undefined || type.name === 'pods') {
          store.delete(type.name, name, metadata.name ?? '', {
            propagationPolicy: 'Background',
            ...(type.name === 'pods' ? {} : { gracePeriodSeconds: 0 }),
          });
        }
        if (store.get(type.name, name, metadata.name ?? '') !== undefined) left++;
      }
    }
    const current = store.get('namespaces', '', name);
    if (current === undefined) return;
    if (left > 0) {
      tellWhatRemains(name);
      return;
    }
    const { finalizers: _finalizers, ...spec } = (current.spec ?? {}) as { finalizers?: string[] };
    const done = { ...current, spec };
    if ((current.metadata.finalizers ?? []).length > 0) objects.put('namespaces', done);
    else objects.remove('namespaces', done);
  };

  for (const { metadata } of store.list('namespaces'))
    if (metadata.deletionTimestamp !== undefined) plan(metadata.name ?? '');
  const stop = store.subscribe(({ resource, type, object }) => {
    const { namespace = '', name = '' } = object.metadata;
    if (resource === 'namespaces' && type === 'MODIFIED' && object.metadata.deletionTimestamp !== undefined) plan(name);
    else if (
      type === 'DELETED' &&
      namespace !== '' &&
      store.get('namespaces', '', namespace)?.metadata.deletionTimestamp !== undefined
    )
      plan(namespace);
  });
  return { name: 'namespace-emptier', stop };
}

/** Why the namespace is still there: how many objects of which kinds, and which finalizers hold them. */
function remainingConditions(
  registry: ResourceRegistry,
  store: Store,
  { namespace, now }: { namespace: string; now: string },
): JsonObject[] {
  const counts: string[] = [];
  const finalizers = new Map<string, number>();
  for (const type of registry.all()) {
    if (!type.namespaced || type.storedAs !== type.name) continue;
    const objects = store.list(type.name, { namespace });
    if (objects.length > 0) counts.push(`${type.plural}.${type.group} has ${objects.length} resource instances`);
    for (const finalizer of objects.flatMap(({ metadata }) => metadata.finalizers ?? []))
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const held = [...finalizers].sort().map(([name, count]) => `${name} in ${count} resource instances`);
  const condition = (type: string, status: string, reason: string, message: string): JsonObject => ({
    type,
    status,
    lastTransitionTime: now,
    reason,
    message,
  });
  const remains = `Some resources are remaining: ${counts.sort().join(', ')}`;
  const holds = `Some content in the namespace has finalizers remaining: ${held.join(', ')}`;
  const deleted = 'All content successfully deleted, may be waiting on finalization';
  return [
    condition(
      'NamespaceDeletionDiscoveryFailure',
      'False',
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    condition('NamespaceDeletionContentFailure', 'False', 'ContentDeleted', deleted),
    counts.length > 0
      ? condition('NamespaceContentRemaining', 'True', 'SomeResourcesRemain', remains)
      : condition('NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'),
    held.length > 0
      ? condition('NamespaceFinalizersRemaining', 'True', 'SomeFinalizersRemain', holds)
      : condition(
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ];
}
