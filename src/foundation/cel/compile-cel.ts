/**
 * Takes an expression in CEL and the types of its variables, returns what evaluates it under limits of size and time, or
 * why it cannot be understood. The only place that knows the library; whoever needs it seldom loads this file when it does.
 */
import { createContext, Script } from 'node:vm';
import { Environment, Optional } from '@marcbachmann/cel-js';
import { addKubernetesFunctions } from './kubernetes-functions.ts';

const limits = { maxAstNodes: 1000, maxDepth: 64, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 16 };
/** Milliseconds for one evaluation: nested loops and patterns that backtrack are cut off. */
const evaluationTime = 200;

const kubernetes = new Environment({ limits, enableOptionalTypes: true, homogeneousAggregateLiterals: false });
addKubernetesFunctions(kubernetes);

export type CelOutcome = { readonly value: unknown } | { readonly problem: string };

export interface CelProgram {
  /** As the library names it: `bool`, `string`, `dyn`. */
  readonly type: string;
  run(variables: Readonly<Record<string, unknown>>): CelOutcome;
}

/** `variables`: their types by name. */
export function compileCel(
  text: string,
  variables: Readonly<Record<string, 'map' | 'dyn'>>,
): CelProgram | { readonly problem: string } {
  const environment = kubernetes.clone();
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  const readable = withPlainHas(text);
  const checked = environment.check(readable);
  if (!checked.valid) return { problem: firstLine(checked.error?.message ?? 'it is not understood') };
  const evaluate = environment.parse(readable);
  return {
    type: String(checked.type),
    run(values) {
      try {
        return { value: withinTime(() => evaluate(values)) };
      } catch (error) {
        return { problem: isTimeout(error) ? 'it takes too long' : firstLine(messageOf(error)) };
      }
    },
  };
}

/** The library's `has` knows names alone, not `has(self[0].name)`: of maps that asks for a key. */
function withPlainHas(text: string): string {
  return text.replace(/\bhas\(((?:[^()"']|\([^()]*\))+)\.([A-Za-z_]\w*)\s*\)/g, (all, owner: string, name: string) =>
    /[[(]/.test(owner) ? `("${name}" in ${owner})` : all,
  );
}

/** A script's time limit holds for all that it calls, outside of its context too, and for regular expressions. */
function newTimeLimit(): (task: () => unknown) => unknown {
  const place: { run: () => unknown } = { run: () => undefined };
  const context = createContext(place);
  const script = new Script('run()');
  return (task) => {
    place.run = task;
    return script.runInContext(context, { timeout: evaluationTime });
  };
}

const withinTime = newTimeLimit();

/** For variables that may have no value. */
export function celOptional(value: unknown): unknown {
  return value === undefined ? Optional.none() : Optional.of(value);
}

const asDuration = kubernetes.clone().registerVariable('text', 'string').parse('duration(text)');

/** Undefined for what is none. */
export function celDuration(text: string): unknown {
  try {
    return asDuration({ text });
  } catch {
    return undefined;
  }
}

function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** As Go's implementation words what is met most. */
const messageOf = (error: unknown): string =>
  error instanceof Error
    ? error.message.replace(/^No such key: index/, 'index').replace(/^No such key/, 'no such key')
    : '';

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
