/**
 * The exact reader, for an index that is not written as Helm and its kin write it: anchors, flow style, tags. Takes the
 * whole text, returns every entry that Helm would take, by chart; throws a GoError with Helm's text.
 */
import { GoError } from '../../../foundation/template/value.ts';
import type { YamlValue } from '../../../foundation/yaml/decode.ts';
import { readJson } from '../../../foundation/yaml/read-json.ts';
import { readYamlTyped } from '../../../foundation/yaml/read-yaml.ts';
import { decodeStruct } from '../decode-struct.ts';
import { asYaml, type IndexEntry, listOf, readEntry } from './read-entry.ts';

export function readAllEntries(text: string): Map<string, IndexEntry[]> {
  if (text === '') throw new GoError('empty index.yaml file');
  const document = readDocument(text);
  if (document !== null && !(document instanceof Map)) throw new GoError('the index is to be a map');
  const charts = new Map<string, IndexEntry[]>();
  for (const [name, list] of entriesOf(document)) {
    charts.set(
      name,
      listOf(list)
        .map(readEntry)
        .filter((entry) => entry !== undefined),
    );
  }
  if (!hasApiVersion(document)) throw new GoError('no API version specified');
  return charts;
}

function readDocument(text: string): YamlValue {
  try {
    return asYaml(readJson(text));
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    return readYamlTyped(text, { strict: true });
  }
}

function entriesOf(document: Map<string, YamlValue> | null): Map<string, YamlValue> {
  const key = [...(document?.keys() ?? [])].filter((one) => one.toLowerCase() === 'entries').at(-1);
  const entries = key === undefined ? null : (document?.get(key) ?? null);
  if (entries === null) return new Map();
  if (entries instanceof Map) return entries;
  throw new GoError('the entries of the index are to be a map');
}

export function hasApiVersion(document: YamlValue): boolean {
  if (!(document instanceof Map)) return false;
  return (decodeStruct(document, { type: 'IndexFile', struct: { apiVersion: 'string' } })['apiVersion'] ?? '') !== '';
}

/** The same charts as JSON that can be cut. */
export function* writeEntries(charts: ReadonlyMap<string, readonly IndexEntry[]>): Generator<Uint8Array> {
  let before = '{"apiVersion":"v1","entries":{';
  for (const [name, entries] of charts) {
    yield Buffer.from(`${before}${JSON.stringify(name)}:${JSON.stringify(entries)}`);
    before = ',';
  }
  yield Buffer.from(charts.size === 0 ? `${before}}}` : '}}');
}
