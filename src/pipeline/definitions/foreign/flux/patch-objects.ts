/**
 * Patches of a kustomization, applied to the objects that it builds: strategic merge (of kinds without a schema: maps merge,
 * lists are replaced, null deletes) or JSON 6902. Takes objects, returns them; a field that a patch gave stands where the
 * patch gives it. Pure.
 */
import { asHelmGitopsError, HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { compileRegexp, matchRegexp, RegexpSyntaxError } from '../../../../foundation/base/regexp.ts';
import type { Path } from '../../../../foundation/document/read-documents.ts';
import { jsonPatch, type PatchOperation } from '../../../../foundation/fields/json-patch.ts';
import { jsonMergePatch } from '../../../../foundation/fields/merge-patch.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { type FluxObject, groupOf, mapOf, textOf } from './flux-object.ts';

export interface KustomizePatch {
  /** Undefined: the patch itself says. */
  readonly target: JsonObject | undefined;
  readonly content: JsonObject | readonly Json[];
  readonly place: (path: Path, part?: 'key' | 'value') => Place;
}

export function patchObjects(objects: readonly FluxObject[], patch: KustomizePatch): FluxObject[] {
  const fits = fitting(objects, patch);
  return objects.flatMap((object) => {
    if (!fits(object)) return [object];
    const patched = patchOne(object, patch);
    return patched === undefined ? [] : [patched];
  });
}

/** Undefined: it is taken away. */
function patchOne(object: FluxObject, { content, place }: KustomizePatch): FluxObject | undefined {
  const { apiVersion, kind, name } = object;
  if (Array.isArray(content)) {
    const data = tried(() => jsonPatch(object.data, content as unknown as readonly PatchOperation[]), place([]));
    const over: FluxObject['place'] = (path, part) => operationPlace(content, path, place) ?? object.place(path, part);
    return changed(object, data, over);
  }
  const written = content as JsonObject;
  if (written['$patch'] === 'delete') return undefined;
  const { name: _name, namespace: _namespace, ...metadata } = mapOf(written['metadata']);
  const { apiVersion: _version, kind: _kind, metadata: _metadata, $patch: _patch, ...rest } = written;
  const merged = jsonMergePatch(object.data, { ...rest, metadata }) as JsonObject;
  const data = { ...merged, apiVersion, kind, metadata: { ...mapOf(merged['metadata']), name } };
  const over: FluxObject['place'] = (path, part) =>
    path.length > 0 && path[0] !== 'metadata' && valueAt(written, path) !== undefined
      ? place(path, part)
      : object.place(path, part);
  return changed(object, data, over);
}

function changed(object: FluxObject, data: JsonObject, place: FluxObject['place']): FluxObject {
  const metadata = mapOf(data['metadata']);
  return {
    ...object,
    data,
    place,
    name: textOf(metadata['name']) || object.name,
    namespace: textOf(metadata['namespace']),
  };
}

function tried<T>(apply: () => T, place: Place): T {
  try {
    return apply();
  } catch (thrown) {
    const { message } = asHelmGitopsError(thrown);
    throw new HelmGitopsError('definition.invalid', 'user', `the patch cannot be applied: ${message}`, { place });
  }
}

function operationPlace(operations: readonly Json[], path: Path, place: KustomizePatch['place']): Place | undefined {
  const pointer = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const index = operations.findLastIndex((operation) => {
    const at = textOf(mapOf(operation)['path']);
    return at !== '' && (pointer === at || pointer.startsWith(`${at}/`));
  });
  return index < 0 ? undefined : place([index, 'value']);
}

function valueAt(value: Json, path: Path): Json | undefined {
  let at: Json | undefined = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.hasOwn(at, step) ? (at as Readonly<Record<PropertyKey, Json>>)[step] : undefined;
  }
  return at;
}

function fitting(objects: readonly FluxObject[], patch: KustomizePatch): (object: FluxObject) => boolean {
  const { target, content, place } = patch;
  if (target !== undefined) return byTarget(target, place([]));
  const { apiVersion, kind, metadata } = mapOf(content as Json);
  const { name, namespace } = mapOf(metadata);
  const named = objects.filter(
    (object) =>
      object.kind === kind &&
      groupOf(object.apiVersion) === groupOf(textOf(apiVersion)) &&
      identities(object).some((one) => one.name === name),
  );
  const closer = named.filter((object) =>
    identities(object).some((one) => one.namespace === (textOf(namespace) || one.namespace)),
  );
  const chosen = new Set(named.length > 1 && closer.length > 0 ? closer : named);
  return (object) => chosen.has(object);
}

/** Names and kinds are regular expressions, from their beginning to their end. */
function byTarget(target: JsonObject, place: Place): (object: FluxObject) => boolean {
  const fields = ['group', 'version', 'kind', 'name', 'namespace'] as const;
  const patterns = fields.flatMap((field) => {
    const expression = textOf(target[field]);
    return expression === '' ? [] : [{ field, pattern: compiled(expression, place) }];
  });
  const isNamed = (object: FluxObject, field: 'name' | 'namespace', pattern: ReturnType<typeof compiled>) =>
    identities(object).some((one) => matchRegexp(pattern, one[field]));
  const labels = selectorOf(textOf(target['labelSelector']), place);
  const annotations = selectorOf(textOf(target['annotationSelector']), place);
  return (object) => {
    const [first, second] = object.apiVersion.split('/');
    const own = { kind: object.kind, group: groupOf(object.apiVersion), version: second ?? first ?? '' };
    const metadata = mapOf(object.data['metadata']);
    return (
      patterns.every(({ field, pattern }) =>
        field === 'name' || field === 'namespace' ? isNamed(object, field, pattern) : matchRegexp(pattern, own[field]),
      ) &&
      labels(mapOf(metadata['labels'])) &&
      annotations(mapOf(metadata['annotations']))
    );
  };
}

/** What it is called, and what it was called before other kustomizations named it. */
const identities = ({ name, namespace, generated, formerly = [] }: FluxObject) => [
  { name: generated ?? name, namespace },
  ...formerly,
];

function compiled(expression: string, place: Place) {
  try {
    return compileRegexp(`^(?:${expression})$`);
  } catch (error) {
    if (!(error instanceof RegexpSyntaxError)) throw error;
    throw new HelmGitopsError('definition.invalid', 'user', `the target is broken: ${error.message}`, { place });
  }
}

/** `a=b,c!=d,e`; what else Kubernetes has is refused. */
function selectorOf(text: string, place: Place): (labels: JsonObject) => boolean {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const parsed = parts.map((part) => /^(!?)([^=!\s()]+)\s*(?:(!=|==?)\s*([^=!\s()]*))?$/.exec(part));
  if (parsed.includes(null)) {
    const message = 'only selectors such as a=b,c!=d are supported';
    throw new HelmGitopsError('definition.unsupported', 'user', message, { place });
  }
  return (labels) =>
    parsed.every((match) => {
      const [, absent, key = '', operator, value = ''] = match ?? [];
      if (operator === undefined) return Object.hasOwn(labels, key) === (absent === '');
      return (labels[key] === value) === (operator !== '!=');
    });
}
