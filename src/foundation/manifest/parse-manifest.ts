/**
 * Reads a rendered or stored manifest as Helm's Kubernetes client does: YAML 1.1, the last of duplicate keys, documents
 * without content skipped, lists taken apart. Takes text, returns objects in their order; it adds no defaults.
 */

import { HelmGitopsError } from '../base/errors.ts';
import { GoError } from '../template/value.ts';
import { toJson } from '../yaml/plain-json.ts';
import { readYaml, readYamlTyped } from '../yaml/read-yaml.ts';
import type { Json, JsonObject, KubernetesObject } from './object.ts';
import { type StreamDocument, splitYamlStream } from './split-yaml-stream.ts';

export function parseManifest(manifest: string): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (const document of split(manifest)) {
    const value = read(document);
    if (value !== null) addObject(objects, { value, document });
  }
  return objects;
}

function split(manifest: string): StreamDocument[] {
  try {
    return splitYamlStream(manifest);
  } catch (error) {
    throw error instanceof GoError ? invalid(error.message, { text: '', line: 1 }) : error;
  }
}

function read(document: StreamDocument): Json {
  try {
    // As Kubernetes reads it: int64 where it fits.
    return toJson(mayHoldLarge.test(document.text) ? readYamlTyped(document.text) : readYaml(document.text));
  } catch (error) {
    throw error instanceof GoError ? invalid(error.message, document) : error;
  }
}

/** An integer of so many digits, in whatever base, may be one that a float64 rounds. */
const mayHoldLarge = /\d[\da-fA-FxX_]{13,}/;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Found {
  readonly value: Json;
  readonly document: StreamDocument;
  /** What an item of a typed list may leave out. */
  readonly apiVersion?: string;
  readonly kind?: string;
}

function addObject(objects: KubernetesObject[], found: Found): void {
  const { value, document } = found;
  if (!isObject(value)) throw invalid('a document that is no map', document);
  const kind = text(value.kind) || found.kind;
  const apiVersion = text(value.apiVersion) || found.apiVersion;
  if (!kind) throw invalid("Object 'Kind' is missing", document);
  if (!apiVersion) throw invalid('apiVersion not set', document);
  if (kind.endsWith('List') && Array.isArray(value.items)) {
    const itemKind = kind.slice(0, -'List'.length);
    const inherited = itemKind === '' ? {} : { apiVersion, kind: itemKind };
    for (const item of value.items) addObject(objects, { value: item, document, ...inherited });
    return;
  }
  const { metadata } = value;
  if (metadata !== undefined && metadata !== null && !isObject(metadata)) throw invalid('metadata is no map', document);
  objects.push({ ...value, apiVersion, kind, metadata: metadata ?? {} } as KubernetesObject);
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

const SOURCE = /^# Source: (.+)$/m;

/** The document's own text is left out: it may hold a Secret. */
function invalid(problem: string, document: StreamDocument): HelmGitopsError {
  const source = SOURCE.exec(document.text)?.[1];
  const where = source ?? `the document at line ${document.line}`;
  return new HelmGitopsError('manifest.invalid', 'user', `${where}: ${problem}`, {
    place: { file: source ?? 'manifest', line: document.line },
    hint: 'see what the template renders to with `helm-gitops template`',
  });
}
