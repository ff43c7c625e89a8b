/**
 * Takes an expression that the library has checked and makes it count what its evaluation costs, about as Kubernetes
 * counts, and stop beyond a limit. Reaches into the library's nodes, which offer no other way: a new version of it is
 * held to the tests.
 */
import { compileRegexp, matchRegexp } from '../base/regexp.ts';
import { callCosts, comparisonCost, joinCost, listCost, mapCost } from './call-costs.ts';

export interface CostMeter {
  spent: number;
  readonly limit: number;
}

type Handle = (...values: unknown[]) => unknown;
type Evaluate = (evaluator: unknown, node: Node, context: unknown) => unknown;

interface Node {
  readonly op: string;
  args: unknown;
  handle?: Handle;
  evaluate: Evaluate;
  readonly meta: { alternate?: Node; macro?: Macro; evaluate: Evaluate };
}

interface Macro {
  evaluate: Evaluate;
  /** Of `has`: the names on the way, and the variable. The last name costs nothing, the variable by itself. */
  readonly macroHasProps?: readonly Node[];
  /** Of `cel.bind`. */
  readonly val?: Node;
  readonly exp?: Node;
}

interface Comprehension {
  readonly kind?: string;
  readonly iterable: Node;
  readonly init: Node;
  readonly step: Node;
}

/** Thrown through the library, which may take it for a value: whoever evaluates looks at the meter. */
const overspent = new Error('operation cancelled: actual cost limit exceeded');

export function meterCost(root: unknown, meter: CostMeter): void {
  const seen = new Set<Node>();
  const spend = (cost: number): void => {
    meter.spent += cost;
    if (meter.spent > meter.limit) throw overspent;
  };
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const { alternate, macro } = node.meta;
    if (alternate !== undefined) {
      visit(alternate);
      return;
    }
    if (macro !== undefined) {
      if (macro.val !== undefined) visit(macro.val);
      if (macro.exp !== undefined) visit(macro.exp);
    }
    const cost = ownCost(node);
    const evaluate: Evaluate =
      macro === undefined
        ? node.meta.evaluate
        : (evaluator, _node, context) => macro.evaluate(evaluator, macro as never, context);
    node.evaluate = (evaluator, own, context) => {
      spend(cost);
      return evaluate(evaluator, own, context);
    };
    if (node.handle !== undefined) node.handle = meteredCall(node, node.handle, spend);
    for (const child of childrenOf(node)) visit(child);
    if (node.op === 'comprehension') meterSteps(node.args as Comprehension, spend);
  };
  visit(root as Node);
}

/** Apart from what its parts cost, and calls by the sizes of their arguments. */
function ownCost({ op, args, meta }: Node): number {
  if (meta.macro?.macroHasProps !== undefined) return meta.macro.macroHasProps.length - 2;
  if (meta.macro !== undefined) return listCost;
  if (op === 'id' || op === '.' || op === '[]') return 1;
  if (op === 'list') return listCost;
  if (op === 'map') return mapCost;
  // The list so far and another one are joined.
  if (op === 'accuPush') return listCost + 2;
  if (op === 'accuInc') return 2;
  if (op !== 'comprehension') return 0;
  // What counted is compared with one.
  return (args as Comprehension).init.args === 0 ? 2 : 1;
}

function childrenOf({ op, args }: Node): readonly Node[] {
  if (op === 'value' || op === 'id' || op === 'accuValue' || op === 'accuInc') return [];
  if (op === 'call') return (args as [string, Node[]])[1];
  if (op === 'rcall') return [(args as [string, Node])[1], ...(args as [string, Node, Node[]])[2]];
  if (op === '.' || op === '.?') return [(args as [Node])[0]];
  if (op === 'comprehension') {
    const { iterable, init, step } = args as Comprehension;
    return [iterable, init, step];
  }
  if (Array.isArray(args)) return args.flat() as Node[];
  return [args as Node];
}

/** Whether all or any: each element costs the question whether to go on, too. */
function meterSteps({ kind, init, step }: Comprehension, spend: (cost: number) => void): void {
  if (kind !== 'quantifier' || typeof init.args !== 'boolean') return;
  const cost = init.args ? 3 : 4;
  const { evaluate } = step;
  step.evaluate = (evaluator, own, context) => {
    spend(cost);
    return evaluate(evaluator, own, context);
  };
}

/** What handles calls gets all values in one list, what handles operators gets them one by one. */
function meteredCall(node: Node, handle: Handle, spend: (cost: number) => void): Handle {
  const { op } = node;
  if (op === 'call' || op === 'rcall') {
    const name = String((node.args as [string])[0]);
    return (values, ...rest) => {
      const list = values as unknown[];
      spend(costOfCall(name, list));
      return (op === 'rcall' && name === 'matches' ? matched(list) : undefined) ?? handle(list, ...rest);
    };
  }
  if (op === '.' || op === '[]' || op === '?:' || op === 'comprehension') return handle;
  return (...values) => {
    spend(costOfOperator(op, values));
    return handle(...values);
  };
}

/** As RE2, whose time is linear: the library's patterns may backtrack for ever. Undefined leaves the call to it. */
function matched([text, pattern]: readonly unknown[]): boolean | undefined {
  if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
  return matchRegexp(compileRegexp(pattern), text);
}

const traversing: ReadonlySet<string> = new Set(['isSorted', 'sum', 'min', 'max', 'indexOf', 'lastIndexOf', 'join']);

function costOfCall(name: string, values: readonly unknown[]): number {
  if (traversing.has(name)) return sizeOf(values[0]);
  return callCosts[name]?.(values.map(sizeOf)) ?? 1;
}

function costOfOperator(op: string, [left, right]: readonly unknown[]): number {
  if (op === 'in') return Array.isArray(right) ? right.length : 1;
  if (op === '==' || op === '!=') return comparisonCost([sizeOf(left), sizeOf(right)]);
  if (typeof left !== 'string') return 1;
  return op === '+' ? joinCost([sizeOf(left), sizeOf(right)]) : comparisonCost([sizeOf(left), sizeOf(right)]);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 1;
}
