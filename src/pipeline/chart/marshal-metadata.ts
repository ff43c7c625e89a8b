/** Chart.yaml and Chart.lock as Helm writes them from what it read: a struct's fields, empty ones left out, keys sorted. */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { fromJson } from '../../foundation/yaml/plain-json.ts';
import { writeJson } from '../../foundation/yaml/write-json.ts';
import { writeYaml } from '../../foundation/yaml/write-yaml.ts';
import type { ChartDependency, ChartMetadata } from './chart.ts';
import { metadataFields } from './metadata-fields.table.ts';

/** Dependencies of a v1 chart stay in its requirements.yaml. */
export function writeMetadata(metadata: ChartMetadata): string {
  const { dependencies, ...rest } = fieldsOf(metadata);
  const isOld = metadata.apiVersion === 'v1';
  return `${writeYaml(fromJson(isOld || dependencies === undefined ? rest : { ...rest, dependencies }))}\n`;
}

/** As Go's encoding/json writes it: what a registry keeps of a chart. */
export function writeMetadataJson(metadata: ChartMetadata): string {
  const { annotations, ...fields } = fieldsOf(metadata);
  const parts = metadataFields.flatMap((name) => {
    const value = name === 'annotations' ? annotations : fields[name];
    return value === undefined ? [] : [`${writeJson(name)}:${jsonOf(name, value)}`];
  });
  return `{${parts.join(',')}}`;
}

/** Structs keep their own order, maps are sorted. */
function jsonOf(name: string, value: Json): string {
  if (name !== 'maintainers' && name !== 'dependencies') return writeJson(fromJson(value));
  const items = (value as readonly JsonObject[]).map((item) => {
    const pairs = Object.entries(item).map(([key, inner]) => `${writeJson(key)}:${writeJson(fromJson(inner))}`);
    return `{${pairs.join(',')}}`;
  });
  return `[${items.join(',')}]`;
}

export function writeLockYaml(lock: JsonObject): string {
  const { dependencies } = lock as { dependencies: readonly (ChartDependency | null)[] | null };
  const list = dependencies === null ? null : dependencies.map((one) => (one === null ? null : dependencyFields(one)));
  const generated = normalTime(String(lock['generated']));
  return `${writeYaml(fromJson({ dependencies: list, digest: String(lock['digest']), generated }))}\n`;
}

/** Go's RFC3339Nano: no zeros behind the fraction, Z for no offset. */
function normalTime(text: string): string {
  return text
    .replace(/(\.\d*?)0+(?=[Z+-])/, '$1')
    .replace(/\.(?=[Z+-])/, '')
    .replace(/[+-]00:00$/, 'Z');
}

function fieldsOf(metadata: ChartMetadata): JsonObject {
  const fields: Record<string, Json> = {};
  for (const name of metadataFields) {
    const value = metadata[name];
    if (isEmpty(value)) continue;
    fields[name] = value as Json;
  }
  if (metadata.maintainers !== undefined && metadata.maintainers.length > 0) {
    fields['maintainers'] = metadata.maintainers.map(({ name, email, url }) => filled({ name, email, url }));
  }
  if (metadata.dependencies !== undefined && metadata.dependencies.length > 0) {
    fields['dependencies'] = metadata.dependencies.map(dependencyFields);
  }
  return fields;
}

function dependencyFields(dependency: ChartDependency): JsonObject {
  const { name, version, repository = '', condition, tags, enabled, alias } = dependency;
  const values = dependency['import-values'];
  return {
    name: name ?? '',
    ...filled({ version }),
    repository,
    ...filled({ condition, tags, enabled, 'import-values': values, alias }),
  };
}

function filled(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as JsonObject;
}

/** What Go's `omitempty` leaves out. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
