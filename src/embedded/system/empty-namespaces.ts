/** Ends namespaces that are being deleted: deletes all they contain, and themselves when nothing is left. */
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Controller, ControllerContext } from '../store.ts';

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
    if (left > 0 || current === undefined) return;
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
