/**
 * Values files as each Helm reads them: Helm 4 merges the documents of a stream, Helm 3 knows only the first. Takes text,
 * returns a map; throws a GoError with Helm's text.
 */
import { GoError, type GoMap } from '../template/value.ts';
import { readYamlMap } from '../yaml/read-yaml.ts';

export type Compat = 'helm3' | 'helm4';

export function readValues(text: string, compat: Compat): GoMap {
  if (compat === 'helm3') return readYamlMap(text);
  const documents = splitDocuments(text);
  if (documents.length === 1) return readDocument(documents[0] as string);
  let values: GoMap = new Map();
  for (const document of documents) values = mergeMaps(values, readDocument(document));
  return values;
}

function readDocument(text: string): GoMap {
  try {
    return readYamlMap(text);
  } catch (error) {
    if (error instanceof GoError)
      throw new GoError(`cannot unmarshal yaml document: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * Kubernetes' YAMLReader: cuts at lines that begin with `---`, keeps the first of a file, and ends every line with one
 * newline, so that a block scalar at the end of a file without one gets it (Helm 4.2).
 */
function splitDocuments(text: string): string[] {
  const documents: string[] = [];
  let start = 0;
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const whole = ended.includes('\r') ? ended.replaceAll('\r\n', '\n') : ended;
  for (let at = whole.startsWith('---') ? 0 : nextSeparator(whole, 0); at >= 0; at = nextSeparator(whole, at)) {
    const lineEnd = whole.indexOf('\n', at);
    const rest = whole.slice(at + 3, lineEnd).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      throw new GoError(`error reading yaml document: invalid Yaml document separator: ${rest}`);
    }
    if (at > start) {
      documents.push(whole.slice(start, at));
      start = lineEnd + 1;
    }
  }
  if (start < whole.length) documents.push(whole.slice(start));
  return documents;
}

function nextSeparator(text: string, from: number): number {
  const at = text.indexOf('\n---', from);
  return at < 0 ? -1 : at + 1;
}

/** Helm's MergeMaps: maps merge, everything else (lists, null) replaces. Neither input is changed. */
export function mergeMaps(base: GoMap, over: GoMap): GoMap {
  const merged: GoMap = new Map(base);
  for (const [key, value] of over) {
    const below = value instanceof Map ? merged.get(key) : undefined;
    merged.set(key, below instanceof Map && value instanceof Map ? mergeMaps(below, value) : value);
  }
  return merged;
}
