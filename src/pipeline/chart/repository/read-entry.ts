/**
 * One version of a chart as an index names it. Takes the exact text that was cut out, or its value; returns what is needed
 * to download it, or undefined where Helm skips it. Throws a GoError where Helm could not read the index for it.
 */
import { GoError } from '../../../foundation/template/value.ts';
import type { YamlValue } from '../../../foundation/yaml/decode.ts';
import { readJson } from '../../../foundation/yaml/read-json.ts';
import { readYamlTyped } from '../../../foundation/yaml/read-yaml.ts';
import { ChartFault, checkMetadata, metadataShape, type RawMetadata } from '../chart-metadata.ts';
import { decodeStruct, type StructShape } from '../decode-struct.ts';
import type { BodyFormat } from './entry-cuts.ts';

export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  /** As written: absolute, or relative to the repository. */
  readonly urls: readonly string[];
  /** As written: 64 hexadecimal digits, `sha256:` before them or not; `''` where there is none. */
  readonly digest: string;
}

const entryShape: StructShape = {
  type: 'ChartVersion',
  struct: {
    ...metadataShape.struct,
    urls: { list: 'string' },
    created: 'time',
    removed: 'bool',
    digest: 'string',
    checksum: 'string',
    engine: 'string',
    tillerVersion: 'string',
    url: 'string',
  },
};

/** A list as it was cut out; `named`: with the chart's name before it. */
export function readEntries(text: string, format: BodyFormat, named = false): (IndexEntry | undefined)[] {
  const value = format === 'yaml' ? readYamlTyped(text, { strict: true }) : asYaml(readJson(text));
  const list = named && value instanceof Map ? (value.values().next().value ?? null) : value;
  return listOf(list).map(readEntry);
}

/** encoding/json's values are YAML's too; none of them holds what YAML's cannot. */
export const asYaml = (value: ReturnType<typeof readJson>): YamlValue => value as YamlValue;

export function listOf(value: YamlValue): YamlValue[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw new GoError('a chart is to have a list of versions');
}

export function readEntry(value: YamlValue): IndexEntry | undefined {
  if (value === null) return undefined;
  const raw = decodeStruct(value, entryShape) as RawMetadata & { urls?: (string | null)[]; digest?: string };
  const entry = {
    name: raw.name ?? '',
    version: raw.version ?? '',
    urls: (raw.urls ?? []).filter((url): url is string => typeof url === 'string' && url !== ''),
    digest: raw.digest ?? '',
  };
  try {
    // Helm takes an entry without its apiVersion for one of v1.
    checkMetadata({
      ...raw,
      apiVersion: raw.apiVersion === undefined || raw.apiVersion === '' ? 'v1' : raw.apiVersion,
    });
  } catch (error) {
    if (!(error instanceof ChartFault)) throw error;
    // helm/helm#12748: JFrog strips the alias.
    if (!error.message.startsWith('validation: more than one dependency with name or alias')) return undefined;
  }
  return entry.urls.length === 0 ? undefined : entry;
}
