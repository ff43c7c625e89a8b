/** Serves what CustomResourceDefinitions define, tells so in their conditions, and ends their objects with them. */
import { isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { timestamp } from '../api/api-context.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { compareVersions } from '../http/discovery.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type {
  PrinterColumn,
  ResourceType,
  ScalePaths,
  ServedVersion,
  Subresource,
} from '../resources/resource-type.ts';
import type { Controller, ControllerContext } from '../store.ts';

const resource = 'customresourcedefinitions.apiextensions.k8s.io';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

export function startDefinitionEstablisher(context: ControllerContext, registry: ResourceRegistry): Controller {
  const { store } = context;

  const establish = (definition: KubernetesObject): void => {
    const { name = '', deletionTimestamp } = definition.metadata;
    if (deletionTimestamp !== undefined) return;
    const taken = nameConflict(definition, registry);
    if (taken !== undefined) {
      const status = refusedStatus(definition, taken, timestamp(context.clock));
      if (status !== undefined) store.updateStatus(resource, { ...definition, status }, { manager: 'kube-apiserver' });
      return;
    }
    registry.setCustom(resourceTypeOf(definition));
    const status = establishedStatus(definition, timestamp(context.clock));
    if (status === undefined) return;
    const current = store.get(resource, '', name);
    if (current !== undefined) store.updateStatus(resource, { ...current, status }, { manager: 'kube-apiserver' });
  };

  /** Its objects go first; the definition follows when none is left. */
  const end = (name: string): void => {
    const definition = store.get(resource, '', name);
    if (definition?.metadata.deletionTimestamp === undefined) return;
    for (const { metadata } of store.list(name)) {
      if (metadata.deletionTimestamp === undefined)
        store.delete(name, metadata.namespace ?? '', metadata.name ?? '', { propagationPolicy: 'Background' });
    }
    if (store.list(name).length > 0) return;
    const { finalizers = [], ...metadata } = definition.metadata;
    const left = finalizers.filter((one) => one !== cleanup);
    if (left.length === finalizers.length) return;
    store.update(resource, {
      ...definition,
      metadata: left.length === 0 ? metadata : { ...metadata, finalizers: left },
    });
  };

  for (const definition of store.list(resource)) {
    if (nameConflict(definition, registry) === undefined) registry.setCustom(resourceTypeOf(definition));
    if (definition.metadata.deletionTimestamp !== undefined)
      context.schedule(0, () => end(definition.metadata.name ?? ''));
  }
  const stop = store.subscribe((event) => {
    const { type, object } = event;
    const { name = '' } = object.metadata;
    if (event.resource === resource) {
      if (type === 'DELETED') registry.removeCustom(name);
      else if (object.metadata.deletionTimestamp !== undefined) context.schedule(0, () => end(name));
      else if (type === 'ADDED' || specChanged(event.previous, object)) establish(object);
    } else if (type === 'DELETED' && registry.byName(event.resource)?.custom)
      context.schedule(0, () => end(event.resource));
  });
  return { name: 'definition-establisher', stop };
}

interface NameConflict {
  readonly reason: string;
  readonly message: string;
}

/** A name that another definition of the group has already. */
function nameConflict(definition: KubernetesObject, registry: ResourceRegistry): NameConflict | undefined {
  const wanted = resourceTypeOf(definition);
  const others = registry
    .all()
    .filter((type) => type.custom && type.group === wanted.group && type.name !== wanted.name);
  const words = new Set(others.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]));
  const kinds = new Set(others.flatMap(({ kind, listKind }) => [kind, listKind]));
  const checks: readonly (readonly [string, string, boolean])[] = [
    ['ListKindConflict', wanted.listKind, kinds.has(wanted.listKind)],
    ['KindConflict', wanted.kind, kinds.has(wanted.kind)],
    ...wanted.shortNames.map((one) => ['ShortNamesConflict', one, words.has(one)] as const),
    ['SingularConflict', wanted.singular, words.has(wanted.singular)],
    ['PluralConflict', wanted.plural, words.has(wanted.plural)],
  ];
  const found = checks.find(([, , taken]) => taken);
  return found === undefined
    ? undefined
    : { reason: found[0], message: `${JSON.stringify(found[1])} is already in use` };
}

/** Undefined when it says so already. */
function refusedStatus(definition: KubernetesObject, taken: NameConflict, now: string): JsonObject | undefined {
  const old = (definition.status ?? {}) as JsonObject;
  if (objectsAt(old, 'conditions').some((one) => one.type === 'NamesAccepted' && one.reason === taken.reason))
    return undefined;
  const condition = { status: 'False', lastTransitionTime: now };
  return {
    ...old,
    conditions: [
      { type: 'NamesAccepted', ...condition, ...taken },
      { type: 'Established', ...condition, reason: 'NotAccepted', message: 'not all names are accepted' },
    ],
    acceptedNames: objectAt(old, 'acceptedNames') ?? { plural: '', kind: '' },
  };
}

function specChanged(before: KubernetesObject | undefined, after: KubernetesObject): boolean {
  return before?.metadata.generation !== after.metadata.generation;
}

function resourceTypeOf(definition: KubernetesObject): ResourceType {
  const spec = definition.spec as JsonObject;
  const names = objectAt(spec, 'names') ?? {};
  const group = String(spec.group);
  const plural = String(names.plural);
  const kind = String(names.kind);
  const listed = objectsAt(spec, 'versions');
  const served = listed.filter((version) => version.served === true);
  const versions = served
    .map((version) => versionFrom(version, { group, kind }))
    .sort((left, right) => compareVersions(left.version, right.version));
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  return {
    name: `${plural}.${group}`,
    group,
    plural,
    singular: String(names.singular ?? kind.toLowerCase()),
    kind,
    listKind: String(names.listKind ?? `${kind}List`),
    namespaced: spec.scope !== 'Cluster',
    shortNames: texts(names.shortNames),
    categories: texts(names.categories),
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    versions,
    storageVersion: String(listed.find((version) => version.storage === true)?.name ?? versions[0]?.version ?? 'v1'),
    storedAs: `${plural}.${group}`,
    custom: true,
  };
}

function versionFrom(version: JsonObject, { group, kind }: { group: string; kind: string }): ServedVersion {
  const name = String(version.name);
  const declared = objectAt(version, 'subresources') ?? {};
  const verbs = ['get', 'patch', 'update'];
  const subresources: Subresource[] = [];
  if (isMap(declared.status)) subresources.push({ name: 'status', group, version: name, kind, verbs });
  const scale = objectAt(declared, 'scale');
  if (scale !== undefined)
    subresources.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs });
  const schema = objectAt(objectAt(version, 'schema'), 'openAPIV3Schema');
  return {
    version: name,
    subresources,
    columns: objectsAt(version, 'additionalPrinterColumns') as unknown as PrinterColumn[],
    ...(schema === undefined ? {} : { schema }),
    ...(scale === undefined ? {} : { scale: scale as unknown as ScalePaths }),
  };
}

/** Undefined when it says so already. */
function establishedStatus(definition: KubernetesObject, now: string): JsonObject | undefined {
  const spec = definition.spec as JsonObject;
  const old = (definition.status ?? {}) as JsonObject;
  const { names } = spec;
  const storage = objectsAt(spec, 'versions').find((version) => version.storage === true)?.name;
  const stored = Array.isArray(old.storedVersions) ? old.storedVersions : [];
  const storedVersions = storage === undefined || stored.includes(storage) ? stored : [...stored, storage];
  if (objectsAt(old, 'conditions').some((one) => one.type === 'Established') && storedVersions === stored) {
    return JSON.stringify(old.acceptedNames) === JSON.stringify(names)
      ? undefined
      : { ...old, acceptedNames: names ?? {} };
  }
  return {
    conditions: [
      {
        type: 'NamesAccepted',
        status: 'True',
        lastTransitionTime: now,
        reason: 'NoConflicts',
        message: 'no conflicts found',
      },
      {
        type: 'Established',
        status: 'True',
        lastTransitionTime: now,
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      },
    ],
    acceptedNames: names ?? {},
    storedVersions,
  };
}
