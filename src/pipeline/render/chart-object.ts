/** `.Chart`: in Helm 4 a map with Go's field names, in Helm 3 the struct itself. */

import type { Json } from '../../foundation/manifest/object.ts';
import { type GoMap, GoObject, type GoSlice, type GoValue, type NamedType } from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { fromJson } from '../../foundation/yaml/plain-json.ts';
import { metadataFields } from '../chart/metadata-fields.table.ts';
import type { ScopedChart, ScopedDependency, ScopedMetadata } from './values/scoped-chart.ts';

export function chartObject({ metadata, parent }: ScopedChart, compat: Compat): GoValue {
  const isRoot = parent === undefined;
  if (compat === 'helm4') return new Map([...mapFields(metadata), ['IsRoot', isRoot]]);
  const fields = new Map(structFields(metadata));
  const embedded = new GoObject(metadataType, fields, { marshalJson: () => marshalMetadata(metadata) });
  const printed = new Map<string, GoValue>([
    ['Metadata', embedded],
    ['IsRoot', isRoot],
  ]);
  const json = {
    marshalJson: () => marshalMetadata(metadata, isRoot),
    yamlFields: () =>
      new Map<string, GoValue>([
        ['metadata', embedded],
        ['isroot', isRoot],
      ]),
  };
  return new GoObject({ ...chartStruct, printed: () => printed }, new Map([...fields, ['IsRoot', isRoot]]), json);
}

const noMethods = new Map();
const chartStruct: NamedType = { name: 'struct { chart.Metadata; IsRoot bool }', kind: 'struct', methods: noMethods };
const metadataType: NamedType = { name: 'chart.Metadata', kind: 'struct', methods: noMethods };
const maintainerType: NamedType = { name: '*chart.Maintainer', kind: 'ptr', methods: noMethods };
const dependencyType: NamedType = { name: '*chart.Dependency', kind: 'ptr', methods: noMethods };

type Fields = [name: string, value: GoValue][];

/** In the struct's order. Lists keep their own types in Helm 3 and lose them in Helm 4's map. */
function fieldsOf(
  metadata: ScopedMetadata,
  list: (items: readonly GoValue[] | undefined, type: string) => GoSlice,
  item: Items,
): Fields {
  return [
    ['Name', metadata.name],
    ['Home', metadata.home ?? ''],
    ['Sources', list(metadata.sources, 'string')],
    ['Version', metadata.version],
    ['Description', metadata.description ?? ''],
    ['Keywords', list(metadata.keywords, 'string')],
    ['Maintainers', list(metadata.maintainers?.map(item.maintainer), '*chart.Maintainer')],
    ['Icon', metadata.icon ?? ''],
    ['APIVersion', metadata.apiVersion],
    ['Condition', metadata.condition ?? ''],
    ['Tags', metadata.tags ?? ''],
    ['AppVersion', metadata.appVersion ?? ''],
    ['Deprecated', metadata.deprecated ?? false],
    ['Annotations', annotations(metadata)],
    ['KubeVersion', metadata.kubeVersion ?? ''],
    ['Dependencies', list(metadata.dependencies?.map(item.dependency), '*chart.Dependency')],
    ['Type', metadata.type ?? ''],
  ];
}

interface Items {
  readonly maintainer: (maintainer: Maintainer) => GoValue;
  readonly dependency: (dependency: ScopedDependency) => GoValue;
}

type Maintainer = NonNullable<ScopedMetadata['maintainers']>[number];

function mapFields(metadata: ScopedMetadata): Fields {
  return fieldsOf(metadata, (items) => [...(items ?? [])], {
    maintainer: (maintainer) => new Map(maintainerFields(maintainer)),
    dependency: (dependency) => new Map(dependencyFields(dependency, (items) => [...(items ?? [])])),
  });
}

function structFields(metadata: ScopedMetadata): Fields {
  return fieldsOf(metadata, typedList, {
    maintainer: (maintainer) =>
      new GoObject(maintainerType, new Map(maintainerFields(maintainer)), {
        marshalJson: () => withoutEmpty(maintainer),
      }),
    dependency: (dependency) =>
      new GoObject(dependencyType, new Map(dependencyFields(dependency, typedList)), {
        marshalJson: () => marshalDependency(dependency),
        yamlFields: () => marshalDependency(dependency).fields,
      }),
  });
}

function maintainerFields({ name = '', email = '', url = '' }: Maintainer): Fields {
  return [
    ['Name', name],
    ['Email', email],
    ['URL', url],
  ];
}

function dependencyFields(
  dependency: ScopedDependency,
  list: (items: readonly GoValue[] | undefined, type: string) => GoSlice,
): Fields {
  return [
    ['Name', dependency.name],
    ['Version', dependency.version ?? ''],
    ['Repository', dependency.repository ?? ''],
    ['Condition', dependency.condition ?? ''],
    ['Tags', list(dependency.tags, 'string')],
    ['Enabled', dependency.enabled ?? false],
    ['ImportValues', list(importValues(dependency), 'interface {}')],
    ['Alias', dependency.alias ?? ''],
  ];
}

/** After processing: map[string]string each. */
function importValues(dependency: ScopedDependency): GoValue[] | undefined {
  return dependency['import-values']?.map((entry) => {
    const value = entry instanceof Map ? new Map(entry as GoMap) : fromJson(entry as Json);
    if (value instanceof Map) (value as GoMap).elementType = 'string';
    return value;
  });
}

function typedList(items: readonly GoValue[] | undefined, type: string): GoSlice {
  const list: GoSlice = [...(items ?? [])];
  if (type !== 'interface {}') list.elementType = type;
  if (items === undefined) list.isNil = true;
  return list;
}

function annotations(metadata: ScopedMetadata): GoMap {
  const map: GoMap = new Map(Object.entries(metadata.annotations ?? {}));
  map.elementType = 'string';
  if (metadata.annotations === undefined) map.isNil = true;
  return map;
}

/** By the json tags of Helm 3's struct: empty fields are left out, IsRoot has no tag. */
function marshalMetadata(metadata: ScopedMetadata, isRoot?: boolean): GoValue {
  const fields = new Map<string, GoValue>();
  for (const key of metadataFields) {
    const value = metadata[key];
    if (key === 'dependencies') addUnlessEmpty(fields, key, metadata.dependencies?.map(marshalDependency) ?? []);
    else if (key === 'maintainers') addUnlessEmpty(fields, key, metadata.maintainers?.map(withoutEmpty) ?? []);
    else addUnlessEmpty(fields, key, fromJson((value ?? null) as Json));
  }
  if (isRoot !== undefined) fields.set('IsRoot', isRoot);
  return new GoObject(plainStruct, fields);
}

const plainStruct: NamedType = { name: 'struct {}', kind: 'struct', methods: noMethods };

function marshalDependency(dependency: ScopedDependency): GoObject {
  const fields = new Map<string, GoValue>([['name', dependency.name]]);
  addUnlessEmpty(fields, 'version', dependency.version ?? '');
  fields.set('repository', dependency.repository ?? '');
  addUnlessEmpty(fields, 'condition', dependency.condition ?? '');
  addUnlessEmpty(fields, 'tags', [...(dependency.tags ?? [])]);
  addUnlessEmpty(fields, 'enabled', dependency.enabled ?? false);
  addUnlessEmpty(fields, 'import-values', importValues(dependency) ?? []);
  addUnlessEmpty(fields, 'alias', dependency.alias ?? '');
  return new GoObject(plainStruct, fields);
}

function withoutEmpty(maintainer: Maintainer): GoValue {
  const fields = new Map<string, GoValue>();
  for (const key of ['name', 'email', 'url'] as const) addUnlessEmpty(fields, key, maintainer[key] ?? '');
  return new GoObject(plainStruct, fields);
}

/** Go's omitempty. */
function addUnlessEmpty(fields: Map<string, GoValue>, key: string, value: GoValue): void {
  const empty =
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (value instanceof Map && value.size === 0);
  if (!empty) fields.set(key, value);
}
