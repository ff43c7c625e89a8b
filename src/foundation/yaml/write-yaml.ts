/**
 * Writes YAML byte for byte as Helm's `toYaml`: encoding/json, read again and emitted by go-yaml v2.4.3, one final newline
 * trimmed. Takes a Go value, returns text; throws a GoError with Go's text, which `toYaml` turns into "".
 */
import { NIL_BYTES } from '../template/kind.ts';
import { GoError, GoInt, GoObject, type GoValue } from '../template/value.ts';
import type { YamlValue } from './decode.ts';
import { type EmitNode, type EmitRules, emitYaml } from './emit-yaml.ts';
import { formatGeneral } from './format-number.ts';
import { marshalView } from './marshal-view.ts';
import { compareKeysV2 } from './natural-order.ts';
import { readYamlTyped } from './read-yaml.ts';
import { resolveScalar } from './resolve-scalar.ts';
import { quoteJson, writeJson } from './write-json.ts';

/** What JSON leaves as it is and YAML does not: such values take the way through JSON text. */
const UNSTABLE = /[\x7f-\x9f\ufffe\uffff]/;
/** As JSON, with quotes: the longest key that YAML reads. */
const MAX_KEY = 1024;
const DEEP = 1000;

const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

export function isSpecialWord(text: string): boolean {
  return resolveScalar(text) !== undefined || BASE60.test(text);
}

class UnstableText extends Error {}

export function writeYaml(value: GoValue): string {
  let text: string;
  try {
    text = emitYaml(value, rulesFor(value));
  } catch (error) {
    if (error instanceof RangeError) throw new GoError('yaml: exceeded max depth of 10000');
    if (!(error instanceof UnstableText)) throw error;
    text = emitYaml(throughJson(value), { ...RULES, view: viewTyped });
  }
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

function throughJson(value: GoValue): YamlValue {
  const json = writeJson(value);
  try {
    return readYamlTyped(json);
  } catch (error) {
    if (error instanceof GoError) throw new GoError(error.message.replace(/^error converting YAML to JSON: /, ''));
    throw error;
  }
}

const RULES = {
  width: 80,
  tabsInBlocks: false,
  indentLists: false,
  compareKeys: compareKeysV2,
  isSpecialWord,
  emitKey: (key: string): EmitNode => ({ kind: 'text', text: key }),
};

const raw = (text: string): EmitNode => ({ kind: 'raw', text });

function rulesFor(root: GoValue): EmitRules {
  let checkedForCycles = false;
  return {
    ...RULES,
    emitKey: (key) => {
      if (key.length > MAX_KEY / 6 && quoteJson(key, true).length > MAX_KEY) throw new UnstableText();
      return stableText(key);
    },
    view: (value, depth) => {
      if (depth > DEEP && !checkedForCycles) {
        writeJson(root);
        checkedForCycles = true;
      }
      return view(value as GoValue);
    },
  };
}

function stableText(text: string): EmitNode {
  if (UNSTABLE.test(text)) throw new UnstableText();
  return { kind: 'text', text: text.isWellFormed() ? text : text.toWellFormed() };
}

function view(value: GoValue): EmitNode {
  if (value === null) return raw('null');
  if (typeof value === 'string') return stableText(value);
  if (typeof value === 'boolean') return raw(value ? 'true' : 'false');
  if (typeof value === 'number') return raw(formatFloat(value));
  if (Array.isArray(value)) return value.isNil === true ? raw('null') : { kind: 'list', items: value };
  if (value instanceof Map) {
    return value.isNil === true ? raw('null') : { kind: 'map', entries: [...value], sorted: false };
  }
  if (value instanceof GoInt) return raw(value.value.toString());
  if (value === NIL_BYTES) return raw('null');
  if (value instanceof Uint8Array) return { kind: 'text', text: Buffer.from(value).toString('base64') };
  if (!(value instanceof GoObject))
    throw new GoError(`error marshaling into JSON: json: unsupported type: func${value.signature}`);
  if (value.type.name === 'complex128')
    throw new GoError('error marshaling into JSON: json: unsupported type: complex128');
  const marshalled = marshalView(value);
  if (marshalled instanceof GoObject) return { kind: 'map', entries: [...marshalled.fields], sorted: false };
  return view(marshalled);
}

/** JSON writes a float64, go-yaml reads an integer from it where it can. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) {
    throw new GoError(`error marshaling into JSON: json: unsupported value: ${formatGeneral(value)}`);
  }
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return formatGeneral(value);
  const text = String(value);
  const integer = BigInt(text);
  return integer >= -(2n ** 63n) && integer < 2n ** 64n ? text : formatGeneral(value);
}

function viewTyped(value: unknown): EmitNode {
  const typed = value as YamlValue;
  if (typeof typed === 'string') return { kind: 'text', text: typed };
  if (typeof typed === 'number') return raw(formatGeneral(typed));
  if (Array.isArray(typed)) return { kind: 'list', items: typed };
  if (typed instanceof Map) return { kind: 'map', entries: [...typed], sorted: false };
  return raw(String(typed));
}
