/** What one execution of one template holds, and how it fails. Trees and sets know nothing of it. */
import { LimitError, newExecError } from './errors.ts';
import type { Value } from './kind.ts';
import type { Node, Tree } from './node.ts';
import type { TemplateSet } from './template-set.ts';

export interface Variable {
  readonly name: string;
  value: Value;
  /** As State.dotBoxed. */
  boxed: boolean;
}

export interface Output {
  text: string;
}

export interface State {
  readonly set: TemplateSet;
  /** The template being executed, for errors. */
  readonly template: string;
  readonly out: Output;
  /** Where the evaluation is, for errors. */
  node: Node;
  dot: Value;
  /** Whether dot came out of an interface {}, as a list's elements do: errors name that type then. */
  dotBoxed: boolean;
  /** The same of the value that a field or function yielded last. */
  boxed: boolean;
  readonly vars: Variable[];
}

/** Marks the absence of a piped value; no value at all (undefined) may well be piped. */
export const MISSING = Symbol('missing');
export type Final = Value | typeof MISSING;

/** A compiled expression. */
export type Eval = (s: State) => Value;
/** A compiled piece of a template: prints, and says whether a loop around it is to go on. */
export type Walk = (s: State) => Signal;
export const NEXT = 0;
export const BREAK = 1;
export const CONTINUE = 2;
export type Signal = typeof NEXT | typeof BREAK | typeof CONTINUE;

/** A tree with its closures, made when it is first executed: most charts define far more than they use. */
export interface Compiled extends Tree {
  walk?: Walk;
}

export function fail(s: State, reason: string, cause?: Error): never {
  throw newExecError(s.template, s.node, cause === undefined ? { reason } : { reason, cause });
}

/** Go's text: its limit is the only one that users know. */
export const TOO_DEEP = 'exceeded maximum template depth (100000)';

export const isStackOverflow = (error: unknown): boolean =>
  (error instanceof RangeError && error.message.startsWith('Maximum call stack size')) ||
  // A regular expression that is compiled for the first time so near the end is what fails then.
  (error instanceof SyntaxError && error.message.endsWith('Stack overflow'));

/** Node refuses strings of half a gigabyte, in more ways than one. */
export const isTooLong = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === 'Invalid string length' || (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG');

export function print(s: State, text: string): void {
  s.out.text += text;
  if (s.out.text.length > s.set.limits.output) throw new LimitError('the template prints too much', s.node);
}

const STEPS_AT_A_TIME = 4096;

/** Counts one action or iteration. */
export function step(s: State): void {
  const { budget } = s.set;
  if (--budget.fuel >= 0) return;
  const { limits } = s.set;
  budget.steps += STEPS_AT_A_TIME;
  budget.fuel = Math.min(STEPS_AT_A_TIME, limits.steps);
  if (budget.steps - STEPS_AT_A_TIME >= limits.steps) throw new LimitError('the template takes too many steps', s.node);
  limits.onStep?.();
}

export function varIndex(s: State, name: string): number {
  for (let i = s.vars.length - 1; i >= 0; i--) if (s.vars[i]!.name === name) return i;
  return fail(s, `undefined variable: ${name}`);
}
