/**
 * Patches of a definition, applied to what a chart rendered before it is sorted: strategic merge by the merge keys of
 * the kind, JSON merge where a kind has none, or JSON 6902. Takes the rendered files, returns them; a document that no
 * patch names stays as it was, byte for byte, and a patch that names nothing is the user's error.
 */
import { posix } from 'node:path';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { matchFilepath } from '../../foundation/base/glob.ts';
import { jsonPatch, type PatchOperation } from '../../foundation/fields/json-patch.ts';
import { builtInShape } from '../../foundation/fields/merge-keys.table.ts';
import { jsonMergePatch } from '../../foundation/fields/merge-patch.ts';
import { strategicMergePatch } from '../../foundation/fields/strategic-merge.ts';
import {
  groupVersionKind,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../../foundation/manifest/object.ts';
import { splitManifests } from '../../foundation/manifest/split-manifests.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { fromJson, toJson } from '../../foundation/yaml/plain-json.ts';
import { readYaml } from '../../foundation/yaml/read-yaml.ts';
import { writeYaml } from '../../foundation/yaml/write-yaml.ts';
import type { ObjectPatch } from '../definitions/release-definition.ts';
import { renderError } from './render-error.ts';

interface PreparedPatch {
  readonly patch: ObjectPatch;
  readonly content: JsonObject | readonly PatchOperation[];
  readonly fits: (object: KubernetesObject) => boolean;
  used: boolean;
}

export function patchDocuments(
  files: ReadonlyMap<string, string>,
  patches: readonly ObjectPatch[],
  compat: Compat,
): ReadonlyMap<string, string> {
  const prepared = patches.map(preparePatch);
  const patched = new Map<string, string>();
  for (const [name, text] of files) {
    const isManifest = !posix.basename(name).startsWith('_') && text.trim() !== '';
    patched.set(name, isManifest ? patchFile(text, prepared, compat) : text);
  }
  const unused = prepared.find(({ used, patch }) => !used && patch.optional !== true);
  if (unused === undefined) return patched;
  const { place, target } = unused.patch;
  throw renderError('render.patch', `the patch fits no object of the release (${describe(target)})`, {
    place,
    hint: 'name it as it is rendered: helm-gitops render APP -e ENVIRONMENT',
  });
}

function patchFile(text: string, patches: readonly PreparedPatch[], compat: Compat): string {
  let changed = false;
  const documents = splitManifests(text, compat).map((document) => {
    const object = readObject(document);
    const fitting = object ? patches.filter(({ fits }) => fits(object)) : [];
    if (object === undefined || fitting.length === 0) return document;
    changed = true;
    const result = fitting.reduce<KubernetesObject | undefined>(applyOne, object);
    return result === undefined ? '' : writeYaml(fromJson(result as unknown as Json));
  });
  // Where nothing was patched the text stays as it was, down to its separators.
  return changed
    ? documents
        .filter((document) => document !== '')
        .map((document) => `---\n${document}`)
        .join('\n')
    : text;
}

/** Undefined for what is no object; whoever sorts it will say what it is. */
function readObject(document: string): KubernetesObject | undefined {
  try {
    // As it would stand in the manifest: a text block at the end keeps its line break.
    const value = toJson(readYaml(`${document}\n`));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || typeof value['kind'] !== 'string' || typeof value['apiVersion'] !== 'string') return undefined;
    return { metadata: {}, ...value } as unknown as KubernetesObject;
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

/** Undefined: the patch takes the object away. */
function applyOne(object: KubernetesObject | undefined, prepared: PreparedPatch): KubernetesObject | undefined {
  if (object === undefined) return undefined;
  prepared.used = true;
  const { content, patch } = prepared;
  try {
    if (Array.isArray(content)) return jsonPatch(object, content as readonly PatchOperation[]);
    if ((content as JsonObject)['$patch'] === 'delete') return undefined;
    const gvk = groupVersionKind(object);
    return builtInShape(gvk) === undefined
      ? (jsonMergePatch(object, content) as KubernetesObject)
      : strategicMergePatch(object, content, gvk);
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    const { kind, metadata } = object;
    throw renderError('render.patch', `${kind}/${metadata.name ?? ''} cannot be patched: ${error.message}`, {
      place: patch.place,
      cause: thrown,
    });
  }
}

function preparePatch(patch: ObjectPatch): PreparedPatch {
  const content = contentOf(patch);
  const wrong = (message: string, hint?: string) => renderError('render.patch', message, { place: patch.place, hint });
  if (typeof content !== 'object' || content === null)
    throw wrong('a patch is a map (strategic merge) or a list of operations (JSON 6902)');
  // A patch that names its object itself, as kustomize has them, needs no target.
  const own = Array.isArray(content) ? {} : ownTarget(content);
  const target = { ...own, ...patch.target };
  if (Object.values(target).every((value) => value === undefined))
    throw wrong('the patch names no object', 'give target: {kind: …, name: …}');
  const labels = requirements(target.labels ?? '');
  if (labels === undefined)
    throw wrong(`${JSON.stringify(target.labels)} is not a label selector`, 'for example app=web,tier!=cache');
  const named = { ...patch, target };
  const fits = (object: KubernetesObject) => fitsTarget(object, target, labels);
  return { patch: named, content: content as JsonObject | readonly PatchOperation[], fits, used: false };
}

function contentOf({ patch, place }: ObjectPatch): Json {
  if (typeof patch !== 'string') return patch as Json;
  try {
    return toJson(readYaml(patch));
  } catch (error) {
    if (error instanceof GoError)
      throw renderError('render.patch', `the patch is not YAML: ${error.message}`, { place });
    throw error;
  }
}

type Target = ObjectPatch['target'];

function ownTarget(content: JsonObject): Target {
  const { apiVersion, kind, metadata } = content;
  const name =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata['name'] : undefined;
  return {
    ...(typeof apiVersion === 'string' ? { group: groupVersionKind({ apiVersion, kind: '' }).group } : {}),
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof name === 'string' ? { name } : {}),
  };
}

function fitsTarget(object: KubernetesObject, target: Target, labels: readonly Requirement[]): boolean {
  const { group, kind } = groupVersionKind(object);
  const { name = '', labels: own = {} } = object.metadata;
  return (
    (target.group === undefined || target.group === group) &&
    (target.kind === undefined || target.kind === kind) &&
    (target.name === undefined || matchFilepath(target.name, name)) &&
    labels.every(({ key, value, negated }) => (own[key] === value) !== negated)
  );
}

interface Requirement {
  readonly key: string;
  readonly value: string;
  readonly negated: boolean;
}

/** `a=b,c!=d`; undefined for anything else. */
function requirements(selector: string): Requirement[] | undefined {
  const parts = selector
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const parsed = parts.map((part) => /^([^=!\s]+)\s*(!=|==?)\s*([^=!\s]*)$/.exec(part));
  if (parsed.includes(null)) return undefined;
  return parsed.map((match) => ({ key: match?.[1] ?? '', value: match?.[3] ?? '', negated: match?.[2] === '!=' }));
}

function describe(target: Target): string {
  return Object.entries(target)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field}: ${value}`)
    .join(', ');
}
