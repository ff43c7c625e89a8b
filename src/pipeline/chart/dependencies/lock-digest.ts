/**
 * The digest of Chart.lock, byte for byte Helm's: SHA-256 over Go's JSON of what is asked for and what was locked. Takes
 * the two lists, returns `sha256:…`. What `@alias` stands for must be in place before, as Helm has it.
 */
import { createHash } from 'node:crypto';
import type { Json } from '../../../foundation/manifest/object.ts';
import type { GoValue } from '../../../foundation/template/value.ts';
import { fromJson } from '../../../foundation/yaml/plain-json.ts';
import { writeJson } from '../../../foundation/yaml/write-json.ts';
import type { ChartDependency } from '../chart.ts';

/** Undefined is Go's nil: a chart without the field, a lock without a list. */
export type DependencyList = readonly (ChartDependency | null)[] | undefined;

export function lockDigest(requested: DependencyList, locked: DependencyList): string {
  return digestOf(`[${listJson(requested)},${listJson(locked)}]`);
}

/** Helm 2 hashed what is asked for alone; locks of v1 charts may still hold that. */
export function lockDigestOfHelm2(requested: DependencyList): string {
  return digestOf(`{"dependencies":${listJson(requested)}}`);
}

function digestOf(json: string): string {
  return `sha256:${createHash('sha256').update(json).digest('hex')}`;
}

function listJson(list: DependencyList): string {
  return list === undefined ? 'null' : `[${list.map(dependencyJson).join()}]`;
}

/** In the order of Go's struct; all but name and repository are left out when empty. */
function dependencyJson(dependency: ChartDependency | null): string {
  if (dependency === null) return 'null';
  const { name, version = '', repository = '', condition = '', tags = [], enabled = false, alias = '' } = dependency;
  const imports = dependency['import-values'] ?? [];
  const fields: readonly (readonly [string, Json, boolean])[] = [
    ['name', name ?? '', true],
    ['version', version, version !== ''],
    ['repository', repository, true],
    ['condition', condition, condition !== ''],
    ['tags', [...tags], tags.length > 0],
    ['enabled', enabled, enabled],
    ['import-values', [...imports] as Json[], imports.length > 0],
    ['alias', alias, alias !== ''],
  ];
  const written = fields.filter(([, , there]) => there).map(([field, value]) => `"${field}":${json(value)}`);
  return `{${written.join()}}`;
}

const json = (value: Json): string => writeJson(fromJson(value) as GoValue);
