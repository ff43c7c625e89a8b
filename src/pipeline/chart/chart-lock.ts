/** Chart.lock (or requirements.lock) as Helm's release record holds it, and as Helm writes it. */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { quote } from '../../foundation/template/quote.ts';
import { GoError } from '../../foundation/template/value.ts';
import { fromJson } from '../../foundation/yaml/plain-json.ts';
import { readYamlTyped } from '../../foundation/yaml/read-yaml.ts';
import { writeYaml } from '../../foundation/yaml/write-yaml.ts';
import type { Chart, ChartDependency } from './chart.ts';
import { dependencyShape } from './chart-metadata.ts';
import { decodeStruct, type StructShape } from './decode-struct.ts';

const lockShape: StructShape = {
  type: 'Lock',
  struct: { generated: 'time', digest: 'string', dependencies: { list: dependencyShape } },
};

/** What Go's layout for RFC 3339 consists of, and what stands for each part. */
const TIME_PARTS: readonly (readonly [part: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d?/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d(?:[.,]\d+)?/],
  ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/],
];

function checkTime(text: string): void {
  const failed = 'error unmarshaling JSON: while decoding JSON: parsing time';
  let rest = text;
  for (const [part, pattern] of TIME_PARTS) {
    const [found] = pattern.exec(rest) ?? [];
    if (found === undefined) {
      const layout = '"2006-01-02T15:04:05Z07:00"';
      throw new GoError(`${failed} ${quote(text)} as ${layout}: cannot parse ${quote(rest)} as ${quote(part)}`);
    }
    rest = rest.slice(found.length);
  }
  if (rest !== '') throw new GoError(`${failed} ${quote(text)}: extra text: ${quote(rest)}`);
}

export function readLock(text: string, typesIn = 'chart'): JsonObject {
  const { generated, digest, dependencies } = decodeStruct(readYamlTyped(text), lockShape, typesIn) as JsonObject;
  if (typeof generated === 'string') checkTime(generated);
  return { generated: generated ?? '0001-01-01T00:00:00Z', digest: digest ?? '', dependencies: dependencies ?? null };
}

export interface ChartLock {
  readonly digest: string;
  /** Undefined: the file has no such list. Null: an empty item of it. */
  readonly dependencies: readonly (ChartDependency | null)[] | undefined;
}

/** The lock of a chart, typed; undefined when there is none. */
export function lockOf({ lock }: Pick<Chart, 'lock'>): ChartLock | undefined {
  if (lock === undefined) return undefined;
  const { digest, dependencies } = lock as { digest: string; dependencies: readonly (ChartDependency | null)[] | null };
  return { digest, dependencies: dependencies ?? undefined };
}

/** A chart of the first format keeps its dependencies in files of their own. */
export function dependencyFiles({ metadata }: Pick<Chart, 'metadata'>): { wanted: string; lock: string } {
  return metadata.apiVersion === 'v1'
    ? { wanted: 'requirements.yaml', lock: 'requirements.lock' }
    : { wanted: 'Chart.yaml', lock: 'Chart.lock' };
}

export interface LockedDependency {
  readonly name: string;
  readonly repository: string;
  readonly version: string;
}

/** The file's text. The time is in UTC: Helm writes the local one, and reads any. */
export function writeLock(lock: {
  digest: string;
  dependencies: readonly LockedDependency[];
  generated: Date;
}): string {
  const dependencies = lock.dependencies.map(
    ({ name, repository, version }): Json => (version === '' ? { name, repository } : { name, repository, version }),
  );
  return `${writeYaml(fromJson({ dependencies, digest: lock.digest, generated: lock.generated.toISOString() }))}\n`;
}
