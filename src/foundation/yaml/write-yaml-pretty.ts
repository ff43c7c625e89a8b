/**
 * Writes YAML byte for byte as Helm's `toYamlPretty`: the go-yaml v3.0.4 encoder with indent 2 straight on the Go value, so
 * no folding, indented lists and floats in Go's notation. Takes a Go value, returns text; throws a GoError.
 */
import { toBytes } from '../base/byte-string.ts';
import { GoError, GoInt, GoObject, type GoValue } from '../template/value.ts';
import { type EmitNode, type EmitRules, emitYaml } from './emit-yaml.ts';
import { formatGeneral } from './format-number.ts';
import { marshalView, yamlFields } from './marshal-view.ts';
import { compareKeysV3 } from './natural-order.ts';
import { isSpecialWord } from './write-yaml.ts';

export function writeYamlPretty(value: GoValue): string {
  try {
    const text = emitYaml(value, RULES);
    return text.endsWith('\n') ? text.slice(0, -1) : text;
  } catch (error) {
    if (error instanceof RangeError) throw new GoError('yaml: exceeded max depth of 10000');
    throw error;
  }
}

const RULES: EmitRules = {
  width: Number.POSITIVE_INFINITY,
  tabsInBlocks: true,
  indentLists: true,
  compareKeys: compareKeysV3,
  // v3 takes a sign behind 0o where v2 does not.
  isSpecialWord: (text) => isSpecialWord(text) || /^0o[-+][0-7_]+$/.test(text),
  emitKey: viewString,
  view: (value) => view(value as GoValue),
};

/** Longer base64 is cut into lines of this length. */
const BINARY_LINE = 70;

const raw = (text: string): EmitNode => ({ kind: 'raw', text });

function viewString(text: string): EmitNode {
  if (text.isWellFormed()) return { kind: 'text', text };
  const base64 = Buffer.from(toBytes(text)).toString('base64');
  if (base64.length < BINARY_LINE) return raw(`!!binary ${base64}`);
  const lines = base64.match(new RegExp(`.{1,${BINARY_LINE}}`, 'g')) ?? [];
  return { kind: 'text', text: `${lines.join('\n')}\n`, tag: '!!binary' };
}

function view(value: GoValue): EmitNode {
  if (value === null) return raw('null');
  if (typeof value === 'string') return viewString(value);
  if (typeof value === 'boolean') return raw(value ? 'true' : 'false');
  if (typeof value === 'number') return raw(formatFloat(value));
  if (Array.isArray(value)) return { kind: 'list', items: value };
  if (value instanceof Map) return { kind: 'map', entries: [...value], sorted: false };
  if (value instanceof GoInt) return integer(value);
  if (value instanceof Uint8Array) return { kind: 'list', items: Array.from(value) };
  if (!(value instanceof GoObject)) throw new GoError(`cannot marshal type: func${value.signature}`);
  // A timestamp needs no quotes in v3.
  if (value.type.name === 'time.Time') return raw(String(marshalView(value)));
  refuseComplex(value);
  const marshalled = marshalView(value);
  if (!(marshalled instanceof GoObject)) return view(marshalled);
  return { kind: 'map', entries: [...yamlFields(value)], sorted: true };
}

/** A duration is a word of its own, months and weekdays stay numbers. */
function integer(value: GoInt): EmitNode {
  if (value.type?.name !== 'time.Duration') return raw(value.value.toString());
  return { kind: 'text', text: value.type.format?.(value) ?? '' };
}

function refuseComplex({ type }: GoObject): void {
  if (type.name === 'complex128') throw new GoError('cannot marshal type: complex128');
}

function formatFloat(value: number): string {
  const text = formatGeneral(value);
  return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text === 'NaN' ? '.nan' : text;
}
