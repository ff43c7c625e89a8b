/** What does not fit a schema, as a tree, and its text as santhosh-tekuri/jsonschema v6 (which Helm uses) prints it. */
import { quote as quoteGo } from '../template/quote.ts';
import type { GoValue } from '../template/value.ts';
import { GoInt } from '../template/value.ts';
import { formatJsonNumber } from '../yaml/format-number.ts';

export interface SchemaProblem {
  /** Where in the value, step by step. */
  readonly at: readonly string[];
  readonly message: string;
  readonly causes: readonly SchemaProblem[];
  /** `group` gathers several problems of one schema, `reference` those behind a $ref. */
  readonly kind?: 'group' | 'reference';
}

/** A schema that cannot be used: no problem of the value. */
export class SchemaFault extends Error {
  override readonly name = 'SchemaFault';
}

/** A line for each problem, nested ones indented. */
export function formatProblems(problem: SchemaProblem): string {
  const roots = problem.kind === 'group' ? problem.causes : [problem];
  return roots.map((root) => display(root, 0)).join('');
}

function display(problem: SchemaProblem, indent: number): string {
  if (problem.kind === 'reference' && problem.causes.length === 1) return display(problem.causes[0]!, indent);
  const pointer = problem.at.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const line = `${'  '.repeat(indent)}- at ${quote(pointer)}: ${problem.message}\n`;
  return line + problem.causes.map((cause) => display(cause, indent + 1)).join('');
}

/** In single quotes, escaped as Go does. */
export function quote(text: string): string {
  return `'${quoteGo(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

export const joinQuoted = (names: readonly string[]): string => names.map(quote).join(', ');

/** Of primitives only. */
export function displayValue(value: GoValue): string {
  if (typeof value === 'string') return quote(value);
  if (value === null) return '<nil>';
  if (typeof value === 'number') return formatJsonNumber(value);
  if (value instanceof GoInt) return String(value.value);
  return typeof value === 'boolean' ? String(value) : 'value';
}

/** Upstream prints through an English message printer: `1,234`, `1.5×10⁰⁷`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${mantissa}×10${superscript(power)}`;
  const [whole = '', fraction] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export const formatCount = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');

function superscript(power: number): string {
  const digits = String(Math.abs(power)).padStart(2, '0');
  return (power < 0 ? '⁻' : '') + [...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}
