/**
 * A parsed schema and what its references lead to. Takes JSON text, returns the document; references to other documents
 * are refused, except `urn:`, which Helm lets pass. Nothing is ever fetched.
 */
import { compileRegexp, type Regexp, RegexpSyntaxError } from '../base/regexp.ts';
import { quote } from '../template/quote.ts';
import type { GoMap, GoValue } from '../template/value.ts';
import { readJson } from '../yaml/read-json.ts';
import { SchemaFault } from './schema-error.ts';

export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** A part of the document with an id of its own. */
export interface Resource {
  readonly url: string;
  readonly root: GoValue;
  readonly draft: Draft;
  readonly anchors: Map<string, GoValue>;
  readonly dynamicAnchors: Map<string, GoValue>;
}

export interface SchemaDocument {
  readonly root: GoValue;
  readonly resources: ReadonlyMap<string, Resource>;
  /** Which resource a schema belongs to. */
  readonly owners: ReadonlyMap<GoMap, Resource>;
  readonly patterns: Map<string, Regexp>;
}

const ROOT_URL = 'file:///values.schema.json';

export function readSchema(text: string): SchemaDocument {
  const root = readJson(text);
  const resources = new Map<string, Resource>();
  const owners = new Map<GoMap, Resource>();
  const draft = root instanceof Map ? draftOf(root, 2020) : 2020;
  const top = newResource(ROOT_URL, root, draft);
  resources.set(ROOT_URL, top);
  index(root, top, { resources, owners });
  return { root, resources, owners, patterns: new Map() };
}

const newResource = (url: string, root: GoValue, draft: Draft): Resource => ({
  url,
  root,
  draft,
  anchors: new Map(),
  dynamicAnchors: new Map(),
});

/** `http://json-schema.org/schema` is the latest draft, whatever that is. */
const DRAFTS: ReadonlyMap<string, Draft> = new Map<string, Draft>([
  ['json-schema.org/schema', 2020],
  ['json-schema.org/draft/2020-12/schema', 2020],
  ['json-schema.org/draft/2019-09/schema', 2019],
  ['json-schema.org/draft-07/schema', 7],
  ['json-schema.org/draft-06/schema', 6],
  ['json-schema.org/draft-04/schema', 4],
]);

function draftOf(schema: GoMap, inherited: Draft): Draft {
  const url = schema.get('$schema');
  if (typeof url !== 'string') return inherited;
  const draft = DRAFTS.get(url.replace(/#$/, '').replace(/^https?:\/\//, ''));
  if (draft === undefined)
    throw new SchemaFault(`failing loading ${quote(url)}: schemas of other documents are not fetched`);
  return draft;
}

/** Below these lie values and not schemas. */
const PLAIN = new Set(['enum', 'const', 'default', 'examples']);

interface Index {
  readonly resources: Map<string, Resource>;
  readonly owners: Map<GoMap, Resource>;
}

function index(node: GoValue, owner: Resource, into: Index): void {
  if (Array.isArray(node)) {
    for (const item of node) index(item, owner, into);
    return;
  }
  if (!(node instanceof Map)) return;
  const resource = node === owner.root ? withRootId(node, owner, into) : ownResource(node, owner, into);
  into.owners.set(node, resource);
  addAnchors(node, resource);
  for (const [key, value] of node) if (!PLAIN.has(key)) index(value, resource, into);
}

function withRootId(node: GoMap, owner: Resource, { resources }: Index): Resource {
  const id = idOf(node, owner.draft);
  const url = id === undefined ? undefined : join(owner.url, id);
  if (url === undefined || url === owner.url) return owner;
  const named = { ...owner, url };
  resources.set(owner.url, named);
  resources.set(url, named);
  return named;
}

function ownResource(node: GoMap, owner: Resource, { resources }: Index): Resource {
  const id = idOf(node, owner.draft);
  const url = id === undefined ? undefined : join(owner.url, id);
  if (url === undefined || url === owner.url) return owner;
  const resource = newResource(url, node, draftOf(node, owner.draft));
  resources.set(url, resource);
  return resource;
}

/** Without fragment; before 2019 an id that is only a fragment is an anchor. */
function idOf(node: GoMap, draft: Draft): string | undefined {
  const id = node.get(draft === 4 ? 'id' : '$id');
  if (typeof id !== 'string' || (draft < 2019 && node.has('$ref'))) return undefined;
  const url = id.replace(/#.*$/, '');
  return url === '' ? undefined : url;
}

function addAnchors(node: GoMap, { draft, anchors, dynamicAnchors }: Resource): void {
  if (draft < 2019) {
    const id = node.get(draft === 4 ? 'id' : '$id');
    const fragment = typeof id === 'string' ? /#(.+)$/.exec(id)?.[1] : undefined;
    if (fragment !== undefined && !fragment.startsWith('/')) anchors.set(fragment, node);
    return;
  }
  const anchor = node.get('$anchor');
  if (typeof anchor === 'string') anchors.set(anchor, node);
  const dynamic = draft === 2020 ? node.get('$dynamicAnchor') : undefined;
  if (typeof dynamic !== 'string') return;
  anchors.set(dynamic, node);
  dynamicAnchors.set(dynamic, node);
}

function join(base: string, reference: string): string {
  try {
    return new URL(reference, base).href.replace(/#$/, '');
  } catch {
    return reference;
  }
}

/** What a `$ref` in a schema leads to. */
export function resolveReference(document: SchemaDocument, from: Resource, reference: string): GoValue {
  const joined = join(from.url, reference);
  const hash = joined.indexOf('#');
  const url = hash < 0 ? joined : joined.slice(0, hash);
  const fragment = hash < 0 ? '' : decode(joined.slice(hash + 1));
  const resource = reference.startsWith('#') ? from : document.resources.get(url);
  if (resource === undefined) {
    if (url.startsWith('urn:')) return true;
    throw new SchemaFault(`failing loading ${quote(url)}: schemas of other documents are not fetched`);
  }
  if (fragment === '') return resource.root;
  const target = fragment.startsWith('/') ? pointerTarget(resource.root, fragment) : resource.anchors.get(fragment);
  if (target !== undefined) return target;
  const full = quote(`${resource.url}#${fragment}`);
  throw new SchemaFault(
    fragment.startsWith('/')
      ? `json-pointer in ${full} not found`
      : `anchor in ${full} not found in schema ${quote(`${resource.url}#`)}`,
  );
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function pointerTarget(root: GoValue, pointer: string): GoValue | undefined {
  let node: GoValue | undefined = root;
  for (const step of pointer.slice(1).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (node instanceof Map) node = node.get(name);
    else if (Array.isArray(node) && /^\d+$/.test(name)) node = node[Number(name)];
    else return undefined;
  }
  return node;
}

/** RE2, as in Go: a chart's pattern cannot hang the process. */
export function patternOf(document: SchemaDocument, pattern: string): Regexp {
  const known = document.patterns.get(pattern);
  if (known !== undefined) return known;
  try {
    const regexp = compileRegexp(pattern);
    document.patterns.set(pattern, regexp);
    return regexp;
  } catch (error) {
    if (error instanceof RegexpSyntaxError)
      throw new SchemaFault(`${quote(pattern)} is not valid regex: ${error.message}`);
    throw error;
  }
}
