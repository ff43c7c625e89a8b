/** Parses Go function signatures, so that calls are checked as Go's reflection checks them. Pure; knows no values. */

export type TypeKind =
  | 'interface'
  | 'reflect' // reflect.Value: takes anything, and sees whether there is a value at all
  | 'string'
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'map'
  | 'slice'
  | 'func'
  | 'ptr'
  | 'named'; // of a package: time.Time

export interface GoType {
  /** As Go prints it: `[]interface {}`, `map[string]string`, `*semver.Version`. */
  readonly text: string;
  readonly kind: TypeKind;
}

export interface Signature {
  readonly params: readonly GoType[];
  readonly variadic: boolean;
  readonly result: GoType;
  /** Why templates may not call it, but for its name. */
  readonly refusal: ((name: string) => string) | undefined;
}

const INTERFACES: ReadonlySet<string> = new Set(['interface {}', 'error', 'fmt.Stringer']);
const KINDS: ReadonlyMap<string, TypeKind> = new Map([
  ['reflect.Value', 'reflect'],
  ['string', 'string'],
  ['bool', 'bool'],
]);

/** `(string, ...interface {}) (string, error)`. The error result, which becomes a thrown GoError, is left out. */
export function parseSignature(text: string): Signature {
  const close = closingParen(text);
  const params = splitTypes(text.slice(1, close));
  const results = text.slice(close + 1).trim();
  const all = results.startsWith('(') ? splitTypes(results.slice(1, -1)) : [results];
  const variadic = params.at(-1)?.startsWith('...') ?? false;
  return {
    params: params.map((param) => newType(param.replace(/^\.\.\./, ''))),
    variadic,
    result: newType(all[0] ?? ''),
    refusal: refusalOf(all),
  };
}

function refusalOf(results: readonly string[]): Signature['refusal'] {
  if (results.length === 2 && results[1] !== 'error')
    return (name) => `invalid function signature for ${name}: second return value should be error; is ${results[1]}`;
  if (results.length < 3) return undefined;
  return (name) => `function ${name} has ${results.length} return values; should be 1 or 2`;
}

function closingParen(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  throw new Error(`not a signature: ${text}`);
}

/** Comma-separated types; a comma inside a func type's own parentheses does not separate. */
function splitTypes(text: string): string[] {
  const types: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if ((char === ',' && depth === 0) || char === undefined) {
      types.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return types.filter((type) => type !== '');
}

function newType(written: string): GoType {
  const text = written
    .replace(/interface\{\}|\bany\b/g, 'interface {}')
    .replace(/\bbyte\b/g, 'uint8')
    .replace(/\brune\b/g, 'int32');
  return { text, kind: kindOfType(text) };
}

function kindOfType(text: string): TypeKind {
  if (INTERFACES.has(text)) return 'interface';
  if (text.startsWith('map[')) return 'map';
  if (text.startsWith('[]')) return 'slice';
  if (text.startsWith('func(')) return 'func';
  if (text.startsWith('*')) return 'ptr';
  if (text === 'time.Duration') return 'int';
  if (/^u?int\d*$/.test(text)) return text.startsWith('u') ? 'uint' : 'int';
  if (/^float\d+$/.test(text)) return 'float';
  if (/^complex\d+$/.test(text)) return 'complex';
  return KINDS.get(text) ?? 'named';
}

/** Whether nil may be passed. */
export function canBeNil(type: GoType): boolean {
  switch (type.kind) {
    case 'interface':
    case 'reflect':
    case 'map':
    case 'slice':
    case 'func':
    case 'ptr':
      return true;
  }
  return false;
}
