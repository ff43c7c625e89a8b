/**
 * A parsed schema and what its references lead to. Takes a value, returns the document; references to other documents
 * are refused, except to the drafts' own and `urn:`, which Helm lets pass. Nothing is ever fetched.
 */
import { compileRegexp, type Regexp, RegexpSyntaxError } from '../base/regexp.ts';
import { quote } from '../template/quote.ts';
import type { GoMap, GoValue } from '../template/value.ts';
import { fromJson } from '../yaml/plain-json.ts';
import { metaschemas } from './metaschemas.table.ts';
import { type Draft, draftAt, draftOf, notLoaded } from './schema-drafts.ts';
import { SchemaFault } from './schema-error.ts';
import { formatLocation, joinUrl, pointerStep, urlProblem } from './schema-url.ts';

/** A part of the document with an id of its own. */
export interface Resource {
  readonly url: string;
  readonly root: GoValue;
  readonly draft: Draft;
  /** Where it lies in its document, and that document's own name. */
  readonly pointer: string;
  readonly document: string;
  readonly anchors: Map<string, GoMap>;
  readonly dynamicAnchors: Map<string, GoMap>;
  /** Of references from here, as far as they were followed. */
  readonly targets: Map<string, GoValue>;
}

export interface SchemaDocument {
  readonly url: string;
  readonly root: GoValue;
  readonly draft: Draft;
  readonly resources: Map<string, Resource>;
  /** Which resource a schema belongs to. */
  readonly owners: Map<GoMap, Resource>;
  readonly pointers: Map<GoMap, string>;
  /** Those that lie where the drafts say that schemas lie; a reference can lead elsewhere too. */
  readonly schemas: Set<GoMap>;
  readonly patterns: Map<string, Regexp>;
  /** References that were let pass. */
  readonly urns: ReadonlySet<string>;
  readonly letPass: (urn: string) => void;
  /** Before 2019 `format` always counts. */
  readonly assertsFormat: boolean;
}

interface Origin {
  readonly url: string;
  readonly draft: Draft;
  readonly assertsFormat: boolean;
  readonly urn: (name: string) => void;
}

export function newDocument(root: GoValue, { url, draft: fallback, assertsFormat, urn }: Origin): SchemaDocument {
  const urns: Urns = { names: new Set(), tell: urn };
  const draft =
    root instanceof Map
      ? draftOf(root, { fallback, letPass: (name) => letPass(urns, name), location: formatLocation(url, '') })
      : fallback;
  const document: SchemaDocument = {
    url,
    root,
    draft,
    resources: new Map(),
    owners: new Map(),
    pointers: new Map(),
    schemas: new Set(),
    patterns: new Map(),
    urns: urns.names,
    letPass: (name) => letPass(urns, name),
    assertsFormat,
  };
  addRoot(document, url, root, draft);
  return document;
}

interface Urns {
  readonly names: Set<string>;
  readonly tell: (name: string) => void;
}

function letPass({ names, tell }: Urns, name: string): void {
  names.add(name);
  tell(name);
}

function addRoot(document: SchemaDocument, url: string, root: GoValue, draft: Draft): Resource {
  const top = newResource({ url, root, draft, pointer: '', document: url });
  document.resources.set(url, top);
  index(root, { pointer: '', owner: top, isSchema: true }, document);
  return top;
}

const newResource = (given: Omit<Resource, 'anchors' | 'dynamicAnchors' | 'targets'>): Resource => ({
  ...given,
  anchors: new Map(),
  dynamicAnchors: new Map(),
  targets: new Map(),
});

/** Below these lie values and not schemas. */
const PLAIN = new Set(['enum', 'const', 'default', 'examples']);
/** Below these lie schemas by names of the chart's choice. */
const BY_NAME = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependentSchemas',
  'dependencies',
]);

const SINGLE = new Set([
  'items',
  'additionalItems',
  'prefixItems',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contains',
  'propertyNames',
  'contentSchema',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
]);

interface Spot {
  readonly pointer: string;
  readonly owner: Resource;
  readonly isSchema: boolean;
}

function index(node: GoValue, { pointer, owner, isSchema }: Spot, document: SchemaDocument): void {
  if (Array.isArray(node)) {
    for (const [at, item] of node.entries()) index(item, { pointer: `${pointer}/${at}`, owner, isSchema }, document);
    return;
  }
  if (!(node instanceof Map)) return;
  const resource = ownResource(node, pointer, owner, document);
  document.owners.set(node, resource);
  document.pointers.set(node, pointer);
  if (isSchema) document.schemas.add(node);
  addAnchors(node, pointer, resource, document);
  for (const [key, value] of node) {
    if (PLAIN.has(key)) continue;
    const byName = BY_NAME.has(key) && value instanceof Map;
    const inside: Spot = {
      pointer: pointer + pointerStep(key),
      owner: resource,
      isSchema: isSchema && (byName || SINGLE.has(key)),
    };
    if (!byName) index(value, inside, document);
    else
      for (const [name, below] of value)
        index(below, { ...inside, pointer: inside.pointer + pointerStep(name) }, document);
  }
}

function ownResource(node: GoMap, pointer: string, owner: Resource, document: SchemaDocument): Resource {
  const location = formatLocation(owner.document, pointer);
  const draft =
    pointer === '' ? owner.draft : draftOf(node, { fallback: owner.draft, letPass: document.letPass, location });
  const id = idOf(node, draft) ?? idOf(node, owner.draft);
  if (id === undefined) return owner;
  const joined = joinUrl(owner.url, id);
  if (joined === undefined) throw new SchemaFault(`error in parsing id at ${quote(location)}`);
  const { url } = joined;
  const known = document.resources.get(url);
  if (pointer === '') {
    if (url === owner.url) return owner;
    const named = { ...owner, url };
    document.resources.set(owner.url, named);
    document.resources.set(url, named);
    return named;
  }
  if (known !== undefined) {
    throw new SchemaFault(
      `duplicate id ${quote(url)} in ${quote(owner.document)} at ${quote(pointer)} and ${quote(known.pointer)}`,
    );
  }
  const resource = newResource({ url, root: node, draft, pointer, document: owner.document });
  document.resources.set(url, resource);
  return resource;
}

/** Without fragment; before 2019 an id that is only a fragment is an anchor. */
function idOf(node: GoMap, draft: Draft): string | undefined {
  const id = node.get(draft === 4 ? 'id' : '$id');
  if (typeof id !== 'string' || (draft < 2019 && node.has('$ref'))) return undefined;
  const url = id.replace(/#.*$/s, '');
  return url === '' ? undefined : url;
}

function addAnchors(node: GoMap, pointer: string, resource: Resource, document: SchemaDocument): void {
  const { draft, anchors, dynamicAnchors } = resource;
  const add = (anchor: GoValue | undefined): anchor is string => {
    if (typeof anchor !== 'string') return false;
    const known = anchors.get(anchor);
    if (known !== undefined && known !== node) {
      const places = `${quote(document.pointers.get(known) ?? '')} and ${quote(pointer)}`;
      throw new SchemaFault(`duplicate anchor ${quote(anchor)} in ${quote(resource.document)} at ${places}`);
    }
    anchors.set(anchor, node);
    return true;
  };
  if (draft < 2019) {
    if (node.has('$ref')) return;
    const id = node.get(draft === 4 ? 'id' : '$id');
    const fragment = typeof id === 'string' ? /#(.+)$/s.exec(id)?.[1] : undefined;
    if (fragment?.startsWith('/') === false) add(fragment);
    return;
  }
  add(node.get('$anchor'));
  const dynamic = draft === 2020 ? node.get('$dynamicAnchor') : undefined;
  if (add(dynamic)) dynamicAnchors.set(dynamic, node);
}

/** Of what a reference names it is known where it would lie, but not yet that it is there. */
export interface Target {
  readonly resource: Resource;
  readonly find: () => GoValue;
}

/** What a `$ref` in a schema leads to. */
export function locateReference(document: SchemaDocument, from: Resource, reference: string): Target {
  const joined = joinUrl(from.url, reference);
  if (joined === undefined) throw new SchemaFault(`error in parsing ${quote(reference)}: ${urlProblem(reference)}`);
  const { url, fragment } = joined;
  const resource = document.resources.get(url) ?? otherDocument(document, url);
  if (fragment === '' || fragment.startsWith('/')) {
    return { resource, find: () => pointerTarget(resource, fragment) };
  }
  const target = resource.anchors.get(fragment);
  if (target !== undefined) return { resource, find: () => target };
  const named = quote(formatLocation(resource.url, fragment));
  throw new SchemaFault(`anchor in ${named} not found in schema ${quote(resource.document)}`);
}

export function resolveReference(document: SchemaDocument, from: Resource, reference: string): GoValue {
  const known = from.targets.get(reference);
  if (known !== undefined) return known;
  const found = locateReference(document, from, reference).find();
  from.targets.set(reference, found);
  return found;
}

function otherDocument(document: SchemaDocument, url: string): Resource {
  const draft = draftAt(url);
  if (draft !== undefined) return addRoot(document, url, fromJson(metaschemas[draft]), draft);
  if (!url.startsWith('urn:')) throw notLoaded(url);
  document.letPass(url);
  return addRoot(document, url, true, document.draft);
}

function pointerTarget({ root, pointer, document }: Resource, path: string): GoValue {
  const missing = () => new SchemaFault(`json-pointer in ${quote(formatLocation(document, pointer + path))} not found`);
  let node: GoValue | undefined = root;
  for (const step of path.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (node instanceof Map) node = node.get(name);
    else if (Array.isArray(node) && /^\d+$/.test(name)) node = node[Number(name)];
    else throw missing();
    if (node === undefined) throw missing();
  }
  return node;
}

/** RE2, as in Go: a chart's pattern cannot hang the process. */
export function patternOf(document: SchemaDocument, pattern: string, location = ''): Regexp {
  const known = document.patterns.get(pattern);
  if (known !== undefined) return known;
  try {
    const regexp = compileRegexp(pattern);
    document.patterns.set(pattern, regexp);
    return regexp;
  } catch (error) {
    if (!(error instanceof RegexpSyntaxError)) throw error;
    throw new SchemaFault(`invalid regex ${quote(pattern)} at ${quote(location)}: ${error.message}`);
  }
}
