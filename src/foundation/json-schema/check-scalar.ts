/** Keywords that look at texts and numbers. */
import { matchRegexp } from '../base/regexp.ts';
import type { GoMap } from '../template/value.ts';
import { addMessage, type Check } from './check.ts';
import { isMultipleOf } from './list-and-number.ts';
import { patternOf } from './schema-document.ts';
import { formatCount, formatNumber, quote } from './schema-error.ts';

export function checkString(check: Check, text: string): void {
  const { schema, document } = check;
  const [least, most, pattern] = [schema.get('minLength'), schema.get('maxLength'), schema.get('pattern')];
  const length = typeof least === 'number' || typeof most === 'number' ? [...text].length : 0;
  if (typeof least === 'number' && length < least)
    addMessage(check, `minLength: got ${formatCount(length)}, want ${formatCount(least)}`);
  if (typeof most === 'number' && length > most)
    addMessage(check, `maxLength: got ${formatCount(length)}, want ${formatCount(most)}`);
  if (typeof pattern !== 'string' || matchRegexp(patternOf(document, pattern), text)) return;
  addMessage(check, `${quote(text)} does not match pattern ${quote(pattern)}`);
}

export function checkNumber(check: Check, value: number): void {
  for (const [keyword, holds] of bounds) {
    const limit = boundOf(check.schema, keyword);
    if (limit === undefined || holds(value, limit)) continue;
    addMessage(check, `${keyword}: got ${formatNumber(value)}, want ${formatNumber(limit)}`);
  }
}

const bounds = [
  ['minimum', (value: number, limit: number) => value >= limit],
  ['maximum', (value: number, limit: number) => value <= limit],
  ['exclusiveMinimum', (value: number, limit: number) => value > limit],
  ['exclusiveMaximum', (value: number, limit: number) => value < limit],
  ['multipleOf', isMultipleOf],
] as const;

/** In draft 4 `exclusiveMinimum: true` makes `minimum` exclusive. */
function boundOf(rules: GoMap, keyword: string): number | undefined {
  const exclusive = { minimum: 'exclusiveMinimum', maximum: 'exclusiveMaximum' }[keyword];
  if (exclusive !== undefined && rules.get(exclusive) === true) return undefined;
  const bound = rules.get(keyword);
  if (typeof bound === 'number') return bound;
  if (bound !== true) return undefined;
  const inclusive = rules.get(keyword === 'exclusiveMinimum' ? 'minimum' : 'maximum');
  return typeof inclusive === 'number' ? inclusive : undefined;
}
