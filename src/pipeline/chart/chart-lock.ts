/** Chart.lock (or requirements.lock) as Helm's release record holds it. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { GoError } from '../../foundation/template/value.ts';
import { readYamlTyped } from '../../foundation/yaml/read-yaml.ts';
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
