/**
 * Reads what Helm reads of a rendered document before it sorts: apiVersion, kind, name and annotations, scalars coerced to
 * strings, field names in any case. Takes the document's text, returns its head; nothing beyond the head is checked.
 */
import { compareStrings } from '../base/byte-string.ts';
import { GoError } from '../template/value.ts';
import type { YamlValue } from '../yaml/decode.ts';
import { formatGeneral32 } from '../yaml/format-number.ts';
import { jsonKind, readYamlTyped } from '../yaml/read-yaml.ts';
import type { HelmCompat } from './kind-order.ts';

export interface ManifestHead {
  apiVersion: string;
  kind: string;
  name: string;
  /** Empty too where there is no metadata. */
  annotations: Map<string, string>;
}

/** Throws a GoError with the text that Helm puts behind `YAML parse error on FILE: `. */
export function parseManifestHead(text: string, compat: HelmCompat = 'helm4'): ManifestHead {
  const head: ManifestHead = { apiVersion: '', kind: '', name: '', annotations: new Map() };
  const value = readYamlTyped(text);
  if (value === null) return head;
  const problems: string[] = [];
  if (value instanceof Map) readHead(head, value, problems);
  else
    problems.push(`${jsonKind(value)} into Go value of type ${compat === 'helm4' ? 'util' : 'releaseutil'}.SimpleHead`);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new GoError(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${problem}`);
  }
  return head;
}

/** JSON stands between YAML and the struct: its keys are sorted, so of `Kind` and `kind` the latter wins. */
function entriesOf(map: Map<string, YamlValue>): [name: string, value: YamlValue][] {
  return [...map]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([key, value]) => [key.toUpperCase().toLowerCase(), value]);
}

function readHead(head: ManifestHead, map: Map<string, YamlValue>, problems: string[]): void {
  for (const [name, value] of entriesOf(map)) {
    if (name === 'apiversion')
      head.apiVersion = readString(value, 'SimpleHead.apiVersion', problems) ?? head.apiVersion;
    else if (name === 'kind') head.kind = readString(value, 'SimpleHead.kind', problems) ?? head.kind;
    else if (name === 'metadata') readMetadata(head, value, problems);
  }
}

const METADATA_TYPE =
  'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }';

function readMetadata(head: ManifestHead, value: YamlValue, problems: string[]): void {
  if (value === null) {
    head.name = '';
    head.annotations = new Map();
    return;
  }
  if (!(value instanceof Map)) {
    problems.push(`${jsonKind(value)} into Go struct field SimpleHead.metadata of type ${METADATA_TYPE}`);
    return;
  }
  for (const [name, field] of entriesOf(value)) {
    if (name === 'name') head.name = readString(field, '.metadata.name', problems) ?? head.name;
    else if (name === 'annotations') readAnnotations(head, field, problems);
  }
}

function readAnnotations(head: ManifestHead, value: YamlValue, problems: string[]): void {
  if (value === null) {
    head.annotations = new Map();
    return;
  }
  if (!(value instanceof Map)) {
    problems.push(`${jsonKind(value)} into Go struct field .metadata.annotations of type map[string]string`);
    return;
  }
  for (const [key, item] of [...value].sort(([a], [b]) => compareStrings(a, b))) {
    head.annotations.set(key, readString(item, '.metadata.annotations', problems) ?? '');
  }
}

/** Undefined: nothing to set. */
function readString(value: YamlValue, path: string, problems: string[]): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'object') {
    problems.push(`${jsonKind(value)} into Go struct field ${path} of type string`);
    return undefined;
  }
  return typeof value === 'number' ? formatGeneral32(value) : String(value);
}
