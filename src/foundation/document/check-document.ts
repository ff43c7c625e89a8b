/**
 * Takes a document and a zod schema, returns the typed value or every problem in it, each with its place. Never
 * throws, and never repeats a value in a message except where it is one of a few known words.
 */
import * as z from 'zod';
import type { Place } from '../base/errors.ts';
import type { Problem } from '../base/problem.ts';
import { formatPath, type Path } from './read-documents.ts';
import { suggestionHint, suggestName } from './suggest-name.ts';

export interface CheckOptions {
  readonly data: unknown;
  readonly place: (path: Path, part?: 'key' | 'value') => Place;
  readonly code: string;
}

export interface Checked<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

type Issue = z.core.$ZodIssue;

export function checkDocument<Schema extends z.ZodType>(
  schema: Schema,
  options: CheckOptions,
): Checked<z.output<Schema>> {
  const result = schema.safeParse(options.data);
  if (result.success) return { value: result.data, problems: [] };
  const shape = inputSchema(schema);
  const problems = result.error.issues.flatMap((issue) => problemsOfIssue(issue, [], { ...options, shape }));
  return { value: undefined, problems };
}

/** JSON Schema of what may be written, used here to look up the fields known at a path. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** The same for editors: what occurs twice is written once. */
export function editorSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'ref' }) as JsonSchema;
}

export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

interface Context extends CheckOptions {
  readonly shape: JsonSchema;
}

function problemsOfIssue(issue: Issue, parent: Path, context: Context): Problem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(key, path, context));
  if (issue.code === 'invalid_union') return unionProblems(issue, path, context);
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    return [problem(context, path, inner?.message ?? issue.message, { part: 'key' })];
  }
  if (issue.code === 'invalid_type') return [wrongType(issue, path, context)];
  if (issue.code === 'invalid_value') return [wrongWord(issue, path, context)];
  const hint = issue.code === 'custom' && typeof issue.params?.hint === 'string' ? issue.params.hint : undefined;
  return [problem(context, path, issue.message, { hint })];
}

function problem(
  context: Context,
  path: Path,
  message: string,
  { hint, part }: { hint?: string | undefined; part?: 'key' | 'value' } = {},
): Problem {
  const name = formatPath(path);
  const full = name === '' ? message : `${name}: ${message}`;
  return { code: context.code, message: full, place: context.place(path, part), hint };
}

function unknownField(key: string, path: Path, context: Context): Problem {
  const known = knownFields(context.shape, path);
  const where = path.length === 0 ? '' : ` in ${formatPath(path)}`;
  return {
    code: context.code,
    message: `unknown field ${JSON.stringify(key)}${where}`,
    place: context.place([...path, key], 'key'),
    hint: suggestionHint(key, known),
  };
}

/** Names of the fields that may stand at a path. */
export function knownFields(shape: JsonSchema, path: Path): string[] {
  const names = new Set<string>();
  for (const schema of schemasAt(shape, path)) for (const name of Object.keys(schema.properties ?? {})) names.add(name);
  return [...names];
}

/** Every alternative of the schema at a path. */
export function schemasAt(shape: JsonSchema, path: Path): JsonSchema[] {
  let schemas = alternatives(shape);
  for (const step of path) schemas = schemas.flatMap((schema) => below(schema, step)).flatMap(alternatives);
  return schemas;
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...inner.flatMap(alternatives)];
}

function below(schema: JsonSchema, step: PropertyKey): JsonSchema[] {
  if (typeof step === 'number') return schema.items === undefined ? [] : [schema.items];
  const name = String(step);
  const properties = schema.properties ?? {};
  if (Object.hasOwn(properties, name)) return [properties[name] as JsonSchema];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

/** The alternative that fits the kind of thing that was written speaks; if none fits, the kinds that are allowed. */
function unionProblems(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, context: Context): Problem[] {
  const branches = issue.errors;
  const fitting = branches.find((errors) => !errors.some((error) => error.path.length === 0 && isWrongKind(error)));
  if (fitting !== undefined) return fitting.flatMap((error) => problemsOfIssue(error, path, context));
  const found = kindOf(valueAt(context.data, path));
  const expected = new Set<string>();
  for (const error of branches.flat()) {
    if (error.code === 'invalid_type') expected.add(kindNames[error.expected] ?? error.expected);
    if (error.code === 'invalid_value') for (const value of error.values) expected.add(String(value));
  }
  return [problem(context, path, `expected ${[...expected].join(' or ')}, found ${found}`)];
}

function isWrongKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  null: 'nothing',
};

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as 'string'] ?? 'a map';
}

function wrongType(issue: Extract<Issue, { code: 'invalid_type' }>, path: Path, context: Context): Problem {
  const value = valueAt(context.data, path);
  if (value === undefined) {
    const name = String(path.at(-1) ?? '');
    return problem(context, path.slice(0, -1), `${JSON.stringify(name)} is missing`);
  }
  // A message of the schema's own says more than the type.
  if (!issue.message.startsWith('Invalid input')) return problem(context, path, issue.message);
  const expected = kindNames[issue.expected] ?? issue.expected;
  const found = typeof value === 'number' && issue.expected === 'int' ? 'a fraction' : kindOf(value);
  const quotable = issue.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean');
  return problem(context, path, `expected ${expected}, found ${found}`, {
    hint: quotable ? `quote it: ${JSON.stringify(String(value))}` : undefined,
  });
}

function wrongWord(issue: Extract<Issue, { code: 'invalid_value' }>, path: Path, context: Context): Problem {
  const value = valueAt(context.data, path);
  if (value === undefined)
    return problem(context, path.slice(0, -1), `${JSON.stringify(String(path.at(-1)))} is missing`);
  const words = issue.values.map(String);
  const expected = words.length === 1 ? words.join() : `one of ${words.join(', ')}`;
  const near = typeof value === 'string' ? suggestName(value, words) : undefined;
  const found = typeof value === 'string' && value.length <= 64 ? JSON.stringify(value) : kindOf(value);
  const hint = near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
  return problem(context, path, `expected ${expected}, found ${found}`, { hint });
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
