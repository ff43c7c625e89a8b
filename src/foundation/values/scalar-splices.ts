/**
 * The ways to write a scalar over another one, the likest to what stands there first: its style kept where the new value
 * can have it, its comment and its anchor always. Takes the old one's place, yields splices; it does not judge them.
 */
import type { GoValue } from '../template/value.ts';
import { writeYaml } from '../yaml/write-yaml.ts';
import type { Target } from './edit-value.ts';

/** `text` in place of what lies between the two offsets. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

interface ScalarEdit {
  readonly text: string;
  readonly node: Target;
  readonly value: GoValue;
  /** Within `{…}` or `[…]`, where commas and brackets end a plain scalar. */
  readonly flow: boolean;
}

export function* scalarSplices({ text, node, value, flow }: ScalarEdit): Generator<Splice> {
  const [from, to] = node.range;
  if (node.style?.startsWith('BLOCK') === true) {
    yield* blockSplices({ text, node, value, flow });
    return;
  }
  const tag = node.tagged ? /![^\s]*[ \t]+(?=(?:&[^\s]+[ \t]+)?$)/.exec(text.slice(0, from))?.[0] : undefined;
  for (const written of scalarTexts(value, { style: node.style, flow })) {
    yield { from, to, text: spaced(text, from, to, written) };
    if (tag === undefined) continue;
    // The tag says what the old value was.
    const start = text.slice(0, from).lastIndexOf(tag);
    yield { from: start, to, text: text.slice(start + tag.length, from) + written };
  }
}

/** An empty scalar stands right behind its colon, or right before its comment. */
function spaced(text: string, from: number, to: number, written: string): string {
  const before = from > 0 && !/\s/.test(text.charAt(from - 1)) && from === to ? ' ' : '';
  return `${before}${written}${text.charAt(to) === '#' ? ' ' : ''}`;
}

/** Over a block scalar: a block of the same indentation for text of several lines, else one line where its header stood. */
function* blockSplices({ text, node, value, flow }: ScalarEdit): Generator<Splice> {
  const [from, to] = node.range;
  const old = text.slice(from, to);
  const header = /^[|>][-+0-9]*/.exec(old)?.[0] ?? '|';
  const lineEnd = old.indexOf('\n');
  const first = lineEnd < 0 ? old : old.slice(0, lineEnd + 1);
  const body = lineEnd < 0 ? '' : old.slice(lineEnd + 1);
  const newline = first.endsWith('\r\n') ? '\r\n' : '\n';
  if (typeof value === 'string' && value.includes('\n')) {
    const indent = /^[ ]+(?=\S)/m.exec(body)?.[0];
    if (indent !== undefined) {
      const lines = value.replace(/\n+$/, '').split('\n');
      const kept = value.length - value.replace(/\n+$/, '').length;
      const chomp = kept === 0 ? '-' : kept === 1 ? '' : '+';
      const written = lines.map((line) => (line === '' ? '' : indent + line)).join(newline);
      const end = newline.repeat(Math.max(kept, 1));
      yield { from, to, text: `|${chomp}${first.slice(header.length)}${written}${end}` };
    }
  }
  for (const written of scalarTexts(value, { style: undefined, flow })) {
    yield { from, to, text: written + first.slice(header.length) };
  }
}

interface ScalarForm {
  readonly style?: string | undefined;
  readonly flow: boolean;
}

/** Each text reads as the value somewhere; the one of the style that was there comes first. */
export function scalarTexts(value: GoValue, { style, flow }: ScalarForm): string[] {
  if (typeof value !== 'string') return [writeYaml(value)];
  const plain = canBePlain(value, flow) ? [value] : [];
  const single = /^[\x20-\x7e\xa1-\ud7ff]*$/.test(value) ? [`'${value.replaceAll("'", "''")}'`] : [];
  const double = doubleQuoted(value);
  if (style === 'QUOTE_SINGLE') return [...single, double];
  if (style === 'QUOTE_DOUBLE') return [double];
  return [...plain, double];
}

/** A first sieve, so that no text can break out of its place; what it reads as is found out by reading. */
function canBePlain(value: string, flow: boolean): boolean {
  if (!/^[^\s,[\]{}#&*!|>'"%@`\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]/.test(value)) return false;
  if (/[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]|: |:$| #| $/.test(value) || /^(?:[-?:](?: |$)|---|\.\.\.)/.test(value))
    return false;
  return !flow || !/[,[\]{}]/.test(value);
}

function doubleQuoted(value: string): string {
  return JSON.stringify(value).replaceAll(
    /[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
