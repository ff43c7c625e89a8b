/** Chart.lock (or requirements.lock) as Helm's release record holds it, and as Helm writes it. */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
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

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

export function readLock(text: string): JsonObject {
  const { generated, digest, dependencies } = decodeStruct(readYamlTyped(text), lockShape) as JsonObject;
  if (typeof generated === 'string' && !RFC3339.test(generated)) {
    throw new GoError(
      `error unmarshaling JSON: while decoding JSON: parsing time ${JSON.stringify(generated)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(generated)} as "2006"`,
    );
  }
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
