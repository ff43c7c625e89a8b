/**
 * Reads a schema and checks it as Helm does before it looks at any value: against its draft's metaschema, and that every
 * reference and every pattern in reach can be used. Takes JSON text, returns the document; throws a SchemaFault.
 */
import { quote } from '../template/quote.ts';
import { GoError, type GoMap, type GoValue } from '../template/value.ts';
import { fromJson } from '../yaml/plain-json.ts';
import { readJson } from '../yaml/read-json.ts';
import { metaschemas } from './metaschemas.table.ts';
import { isPlainlyValid } from './plainly-valid.ts';
import { locateReference, newDocument, patternOf, type Resource, type SchemaDocument } from './schema-document.ts';
import { type Draft, ROOT_URL } from './schema-drafts.ts';
import { formatProblems, SchemaFault } from './schema-error.ts';
import { formatLocation, pointerStep } from './schema-url.ts';
import { validateSchema } from './validate-schema.ts';

/** The drafts' own schemas, read once by whoever keeps this. */
export type Metaschemas = Map<Draft, SchemaDocument>;

export interface ReadSchemaOptions {
  readonly drafts?: Metaschemas;
  /** Hears of each reference that is let pass, also where the schema is refused later. */
  readonly urn?: (name: string) => void;
}

export function readSchema(
  text: string,
  { drafts = new Map(), urn = () => {} }: ReadSchemaOptions = {},
): SchemaDocument {
  const document = readDocument(text, urn);
  checkAgainstDraft(
    { schema: document.root, location: formatLocation(document.url, ''), draft: document.draft },
    drafts,
  );
  checkReach(document, drafts);
  return document;
}

function readDocument(text: string, urn: (name: string) => void): SchemaDocument {
  return newDocument(parse(text), { url: ROOT_URL, draft: 2020, assertsFormat: false, urn });
}

/** Go's decoder reads a stream of values, so that it words some mistakes in its own way. */
function parse(text: string): GoValue {
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    if (/^[ \t\r\n]*$/.test(text)) throw new SchemaFault('EOF');
    if (/after top-level value/.test(error.message)) throw new SchemaFault('invalid character after top-level value');
    throw new SchemaFault(error.message.replace('unexpected end of JSON input', 'unexpected EOF'));
  }
}

interface Located {
  readonly schema: GoValue;
  readonly location: string;
  readonly draft: Draft;
}

function checkAgainstDraft({ schema, location, draft }: Located, known: Metaschemas): void {
  if (isPlainlyValid(schema, draft)) return;
  const meta = known.get(draft) ?? readMetaschema(draft);
  known.set(draft, meta);
  const problem = validateSchema(meta, schema);
  if (problem === undefined) return;
  const problems = formatProblems(problem).replace(/\n$/, '');
  throw new SchemaFault(
    `${quote(location)} is not valid against metaschema: jsonschema validation failed with '${meta.url}#'\n${problems}`,
  );
}

const readMetaschema = (draft: Draft): SchemaDocument =>
  newDocument(fromJson(metaschemas[draft]), { url: urlOf(draft), draft, assertsFormat: true, urn: () => {} });

const urlOf = (draft: Draft): string =>
  draft >= 2019
    ? `https://json-schema.org/draft/${draft === 2019 ? '2019-09' : '2020-12'}/schema`
    : `http://json-schema.org/draft-0${draft}/schema`;

/** Upstream compiles breadth first, and tells the first mistake it meets on the way. */
function checkReach(document: SchemaDocument, drafts: Metaschemas): void {
  const queue: (() => GoValue)[] = [() => document.root];
  const seen = new Set<GoMap>();
  for (const find of queue) {
    const schema = find();
    if (!(schema instanceof Map) || seen.has(schema)) continue;
    seen.add(schema);
    const owner = document.owners.get(schema);
    if (owner !== undefined) compile({ document, schema, owner, queue, drafts });
  }
}

interface Compiling {
  readonly document: SchemaDocument;
  readonly schema: GoMap;
  readonly owner: Resource;
  readonly queue: (() => GoValue)[];
  readonly drafts: Metaschemas;
}

/** In upstream's order of keywords; those of later drafts come last. */
function compile(compiling: Compiling): void {
  const { schema, owner } = compiling;
  const { draft } = owner;
  follow(compiling, '$ref');
  if (draft < 2019 && typeof schema.get('$ref') === 'string') return;
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'not']) below(compiling, keyword);
  if (draft < 2020) below(compiling, 'items');
  if (draft < 2020 && Array.isArray(schema.get('items'))) below(compiling, 'additionalItems');
  named(compiling, 'properties');
  named(compiling, 'patternProperties');
  checkPatterns(compiling);
  below(compiling, 'additionalProperties');
  named(compiling, 'dependencies');
  if (draft >= 6) for (const keyword of ['contains', 'propertyNames']) below(compiling, keyword);
  if (draft >= 7 && schema.has('if')) for (const keyword of ['if', 'then', 'else']) below(compiling, keyword);
  if (draft < 2019) return;
  follow(compiling, '$recursiveRef');
  named(compiling, 'dependentSchemas');
  for (const keyword of ['unevaluatedItems', 'unevaluatedProperties']) below(compiling, keyword);
  if (draft < 2020) return;
  follow(compiling, '$dynamicRef');
  for (const keyword of ['prefixItems', 'items']) below(compiling, keyword);
}

function follow({ document, schema, owner, queue, drafts }: Compiling, keyword: string): void {
  const reference = schema.get(keyword);
  if (typeof reference !== 'string') return;
  const { resource, find } = locateReference(document, owner, reference);
  queue.push(() => {
    const target = find();
    if (!(target instanceof Map) || document.schemas.has(target)) return target;
    document.schemas.add(target);
    const location = formatLocation(resource.document, document.pointers.get(target) ?? '');
    checkAgainstDraft({ schema: target, location, draft: resource.draft }, drafts);
    return target;
  });
}

function below({ schema, queue }: Compiling, keyword: string): void {
  const value = schema.get(keyword);
  if (Array.isArray(value)) for (const item of value) queue.push(() => item);
  else if (value !== undefined) queue.push(() => value);
}

function named({ schema, queue }: Compiling, keyword: string): void {
  const value = schema.get(keyword);
  if (value instanceof Map) for (const item of value.values()) queue.push(() => item);
}

function checkPatterns({ document, schema, owner }: Compiling): void {
  const at = (keyword: string): string =>
    formatLocation(owner.document, (document.pointers.get(schema) ?? '') + pointerStep(keyword));
  const byPattern = schema.get('patternProperties');
  if (byPattern instanceof Map)
    for (const pattern of byPattern.keys()) patternOf(document, pattern, at('patternProperties'));
  const pattern = schema.get('pattern');
  if (typeof pattern === 'string') patternOf(document, pattern, at('pattern'));
}
