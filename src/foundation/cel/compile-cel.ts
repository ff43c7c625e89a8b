/**
 * Takes an expression in CEL and the types of its variables, returns what evaluates it under limits of size and time, or
 * why it cannot be understood. This folder alone knows the library; whoever needs it seldom loads this file when it does.
 */
import { createContext, Script } from 'node:vm';
import { Environment, Optional } from '@marcbachmann/cel-js';
import type { CelShape } from './cel-shape.ts';
import { estimateCost } from './estimate-cost.ts';
import { addKubernetesFunctions } from './kubernetes-functions.ts';
import { type CostMeter, meterCost } from './meter-cost.ts';

const limits = { maxAstNodes: 1000, maxDepth: 64, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 16 };
/** Units of one evaluation, as Kubernetes has them: about a tenth of a second there. */
const mostCost = 1_000_000;
/** Milliseconds: a last line against what costs more than it counts. Far beyond what the units take on a busy machine. */
const evaluationTime = 10_000;

const kubernetes = new Environment({ limits, enableOptionalTypes: true, homogeneousAggregateLiterals: false });
addKubernetesFunctions(kubernetes);

/** `cost`: in the units in which Kubernetes limits expressions. */
export type CelOutcome = { readonly cost: number } & ({ readonly value: unknown } | { readonly problem: string });

/** The problem of an evaluation that was ended for its cost. */
export const tooCostly = 'operation cancelled: actual cost limit exceeded';

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
  evaluate.check();
  const meter: CostMeter = { spent: 0, limit: mostCost };
  meterCost(evaluate.ast, meter);
  return { type: String(checked.type), run: (values) => measured(meter, () => evaluate(values)) };
}

function measured(meter: CostMeter, task: () => unknown): CelOutcome {
  meter.spent = 0;
  try {
    const value = withinTime(task);
    return meter.spent > meter.limit ? { problem: tooCostly, cost: meter.spent } : { value, cost: meter.spent };
  } catch (error) {
    const cost = meter.spent;
    if (cost > meter.limit) return { problem: tooCostly, cost };
    return { problem: isTimeout(error) ? 'it takes too long' : firstLine(messageOf(error)), cost };
  }
}

/** A type as the library names it, or one made of others. */
export type CelType =
  | 'bool'
  | 'string'
  | 'int'
  | 'double'
  | 'bytes'
  | 'dyn'
  | 'google.protobuf.Timestamp'
  | 'google.protobuf.Duration'
  | { readonly list: CelType }
  | { readonly map: CelType }
  | { readonly fields: Readonly<Record<string, CelType>> };

/**
 * The type of an expression over typed variables, or why it can have none. Where the library is stricter than Go's
 * implementation (null, numbers of two kinds, whole objects) it counts as `dyn`.
 */
export function checkCelTypes(
  text: string,
  variables: Readonly<Record<string, CelType>>,
): { readonly type: string } | { readonly problem: string } {
  const environment = kubernetes.clone();
  for (const [name, type] of Object.entries(variables))
    environment.registerVariable(name, typeName(environment, name, type));
  const readable = withPlainHas(text);
  // Of a field of an object, `in` means nothing.
  const { valid, type, error } =
    readable === text ? environment.check(text) : { valid: true, type: 'dyn', error: undefined };
  if (valid) return { type: String(type) };
  const problem = firstLine(error?.message ?? '');
  return isTypeError(problem) ? { problem } : { type: 'dyn' };
}

/** What an expression over `self` and `oldSelf` costs at most; 0 for one that cannot be understood. */
export function estimateCel(text: string, self: CelShape): number {
  try {
    return estimateCost(kubernetes.parse(text).ast, self);
  } catch {
    return 0;
  }
}

function typeName(environment: Environment, name: string, type: CelType): string {
  if (typeof type === 'string') return type;
  if ('list' in type) return `list<${typeName(environment, `${name}_`, type.list)}>`;
  if ('map' in type) return `map<string, ${typeName(environment, `${name}_`, type.map)}>`;
  const own = `Type_${name}`;
  const fields = Object.entries(type.fields).map(([field, one]) => [
    field,
    typeName(environment, `${name}_${field}`, one),
  ]);
  environment.registerType({ name: own, fields: Object.fromEntries(fields) });
  return own;
}

function isTypeError(problem: string): boolean {
  if (/^(?:No such key|Cannot index type|Ternary branches must have the same type)/.test(problem)) return true;
  if (/^found no matching overload for '(?:int|double|bool|string|list)\./.test(problem)) return true;
  const [, left = '', right = ''] = /^no such overload: (\w+) (?:[=!<>]=?|\+) (\w+)$/.exec(problem) ?? [];
  const plain = [left, right].every((one) => ['bool', 'string', 'int', 'double'].includes(one));
  return plain && left !== right && [left, right].some((one) => one === 'bool' || one === 'string');
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
