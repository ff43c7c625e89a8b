/** The Store that controllers work with: the same operations as over HTTP, without decoding what is known to be right. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { groupVersionKind } from '../../foundation/manifest/object.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { ResourceName, Store, WriteOptions } from '../store.ts';
import type { ApiContext, ApiRequest } from './api-context.ts';
import { createObject } from './create-object.ts';
import { deleteObject } from './delete-object.ts';
import { notFound } from './status-error.ts';
import { updateObject } from './update-object.ts';
import { createUnfinishedWrites } from './webhook-calls.ts';

const defaultManager = 'kube-controller-manager';

/** `guard` runs a controller's code: what it throws must not undo the write that woke it. */
export function createControllerStore(context: ApiContext, guard: (task: () => void) => void): Store {
  const request = (
    resource: ResourceName,
    place: { namespace: string; name: string; subresource?: string },
    options: WriteOptions,
  ): ApiRequest => {
    const type = typeNamed(context, resource);
    return {
      context,
      type,
      version: type.storageVersion,
      subresource: '',
      ...place,
      manager: options.manager ?? defaultManager,
      dryRun: false,
      fieldValidation: 'Ignore',
    };
  };
  const unfinished = createUnfinishedWrites(context);
  const placeOf = ({ metadata }: KubernetesObject) => ({
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
  });
  const body = (object: KubernetesObject): JsonObject => object as unknown as JsonObject;
  return {
    get revision() {
      return context.objects.revision;
    },
    get: (resource, namespace, name) => context.objects.get(resource, namespace, name),
    list: (resource, options) => context.objects.list(resource, options),
    dependents: (uid) => context.objects.dependents(uid),
    resourceOf(apiVersion, kind) {
      const { group, version } = groupVersionKind({ apiVersion, kind });
      return context.registry.byKind(group, version, kind)?.storedAs;
    },
    create(resource, object, options = {}) {
      const asked = request(resource, placeOf(object), options);
      const write = (known: object) => createObject({ ...asked, ...known }, body(object)).object;
      return resource === 'pods' ? unfinished(`create ${writeExactJson(body(object))}`, write) : write({});
    },
    update: (resource, object, options = {}) =>
      updateObject(request(resource, placeOf(object), options), body(object)).object,
    updateStatus: (resource, object, options = {}) =>
      updateObject(request(resource, { ...placeOf(object), subresource: 'status' }, options), body(object)).object,
    delete(resource, namespace, name, options = {}) {
      const asked = request(resource, { namespace, name }, options);
      const write = (known: object) => deleteObject({ ...asked, ...known }, options).object;
      return resource === 'pods' ? unfinished(`delete ${namespace}/${name}`, write) : write({});
    },
    subscribe: (listener) => context.objects.subscribe((event) => guard(() => listener(event))),
  };
}

function typeNamed(context: ApiContext, resource: ResourceName): ResourceType {
  const type = context.registry.byName(resource);
  if (type === undefined) throw notFound({ group: '', name: resource }, '');
  return type;
}
