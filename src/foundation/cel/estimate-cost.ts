/**
 * Takes an expression's tree and what is known of the size of `self`, returns what its evaluation costs at most, as
 * Kubernetes estimates it before it takes a rule. Never evaluates anything; what cannot be known counts as endless.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import {
  callCosts,
  capped,
  comparisonCost,
  joinCost,
  listCost,
  mapCost,
  traversed,
  unknownSize,
} from './call-costs.ts';
import { type CelShape, callResult, dynShape, scalarShape, textShape } from './cel-shape.ts';

/** Of one part: `path` leads from `self` to it, and with it to its size. */
interface Part {
  readonly cost: number;
  readonly shape: CelShape;
  readonly size?: number | undefined;
  readonly path?: readonly string[] | undefined;
}

type Scope = ReadonlyMap<string, Omit<Part, 'cost'>>;

interface Estimator {
  readonly root: CelShape;
  readonly scope: Scope;
}

export function estimateCost(tree: ASTNode, self: CelShape): number {
  const scope: Scope = new Map([
    ['self', { shape: self, path: ['self'] }],
    ['oldSelf', { shape: self, path: ['oldSelf'] }],
  ]);
  return estimate(tree, { root: self, scope }).cost;
}

function estimate(node: ASTNode, within: Estimator): Part {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return named(node.args, within);
    case '.':
    case '.?':
      return selected(estimate(node.args[0], within), node.args[1], node.op === '.?');
    case '[]':
    case '[?]':
      return indexed(estimate(node.args[0], within), estimate(node.args[1], within));
    case 'list':
      return listOf(node.args, within);
    case 'map':
      return mapOf(node.args, within);
    case '?:':
      return chosen(node.args, within);
    case '||':
    case '&&':
      return { cost: capped(sum(node.args.map((one) => estimate(one, within).cost))), shape: scalarShape };
    case '!_':
    case '-_':
      return { cost: capped(1 + estimate(node.args, within).cost), shape: scalarShape };
    case 'call':
      return called(node.args[0], node.args[1], within);
    case 'rcall':
      return calledOn(node.args, within);
    default:
      return operated(node.op, node.args, within);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function literal(value: unknown): Part {
  if (typeof value === 'string') return { cost: 0, shape: textShape, size: [...value].length };
  if (value instanceof Uint8Array) return { cost: 0, shape: { kind: 'bytes', most: 0 }, size: value.length };
  return { cost: 0, shape: scalarShape, size: 1 };
}

function named(name: string, { scope }: Estimator): Part {
  return { cost: 1, ...(scope.get(name) ?? { shape: dynShape, path: [name] }) };
}

function selected(owner: Part, name: string, optional: boolean): Part {
  const shape = owner.shape.fields?.[name] ?? (owner.shape.kind === 'map' ? owner.shape.elem : undefined) ?? dynShape;
  if (optional) return { cost: capped(1 + owner.cost), shape: dynShape };
  const own = owner.shape.kind === 'map' || owner.shape.kind === 'object' ? 1 : 0;
  return { cost: capped(own + owner.cost), shape, path: [...(owner.path ?? []), name] };
}

function indexed(owner: Part, index: Part): Part {
  const step = owner.shape.kind === 'map' ? '@values' : '@items';
  const path = [...(owner.path ?? []), step];
  return { cost: capped(1 + owner.cost + index.cost), shape: owner.shape.elem ?? dynShape, path };
}

function listOf(items: readonly ASTNode[], within: Estimator): Part {
  const parts = items.map((one) => estimate(one, within));
  const shape: CelShape = { kind: 'list', most: 0, elem: parts[0]?.shape ?? dynShape };
  return { cost: capped(listCost + sum(parts.map(({ cost }) => cost))), shape, size: items.length };
}

function mapOf(entries: readonly (readonly [ASTNode, ASTNode])[], within: Estimator): Part {
  const parts = entries.map((entry) => entry.map((one) => estimate(one, within)));
  const shape: CelShape = { kind: 'map', most: 0, keys: textShape, elem: parts[0]?.[1]?.shape ?? dynShape };
  return { cost: capped(mapCost + sum(parts.flat().map(({ cost }) => cost))), shape, size: entries.length };
}

function chosen([condition, yes, no]: readonly [ASTNode, ASTNode, ASTNode], within: Estimator): Part {
  const parts = [estimate(yes, within), estimate(no, within)];
  const cost = capped(estimate(condition, within).cost + Math.max(...parts.map((one) => one.cost)));
  const shape = parts.find((one) => one.shape.kind !== 'dyn')?.shape ?? dynShape;
  return { cost, shape, size: Math.max(...parts.map((one) => sizeOf(one, within))) };
}

/** By its path; a path that does not begin at `self` is looked up there too, as Kubernetes does. */
function sizeOf({ size, path, shape }: Omit<Part, 'cost'>, { root }: Estimator): number {
  if (size !== undefined) return size;
  if (path !== undefined) {
    const found = path.slice(1).reduce<CelShape | undefined>((at, name) => at && below(at, name), root);
    if (found !== undefined) return found.most;
  }
  return shape.kind === 'scalar' ? 1 : unknownSize;
}

function below(shape: CelShape, name: string): CelShape | undefined {
  if (name === '@items' || name === '@values') return shape.elem;
  return name === '@keys' ? shape.keys : shape.fields?.[name];
}

function operated(op: string, args: readonly [ASTNode, ASTNode], within: Estimator): Part {
  const [left, right] = [estimate(args[0], within), estimate(args[1], within)];
  const sizes = [sizeOf(left, within), sizeOf(right, within)];
  const kinds = [left.shape.kind, right.shape.kind];
  const texts = kinds.every((kind) => kind === 'text' || kind === 'bytes' || kind === 'dyn');
  const both = left.cost + right.cost;
  const answer = (cost: number): Part => ({ cost: capped(both + cost), shape: scalarShape });
  if (op === '==' || op === '!=') return answer(op === '==' && kinds.includes('opaque') ? 1 : comparisonCost(sizes));
  if (op === 'in') return answer(right.shape.kind === 'map' ? 1 : (sizes[1] ?? 0));
  if (op === '+' && (texts || kinds.includes('list'))) {
    const size = capped(sum(sizes));
    return { cost: capped(both + (kinds.includes('list') ? 1 : joinCost(sizes))), shape: left.shape, size };
  }
  return answer(texts && '<=>='.includes(op) ? comparisonCost(sizes) : 1);
}

function called(name: string, args: readonly ASTNode[], within: Estimator): Part {
  const [first] = args;
  if (name === 'has' && first?.op === '.') return { cost: estimate(first.args[0], within).cost, shape: scalarShape };
  return callOf(
    name,
    args.map((one) => estimate(one, within)),
    within,
  );
}

function calledOn([name, receiver, args]: readonly [string, ASTNode, ASTNode[]], within: Estimator): Part {
  const [variable, inner, last] = args;
  if (receiver.op === 'id' && receiver.args === 'cel' && name === 'bind' && variable?.op === 'id') {
    const bound = estimate(inner as ASTNode, within);
    const result = estimate(last as ASTNode, { ...within, scope: new Map([...within.scope, [variable.args, bound]]) });
    return { ...result, cost: capped(listCost + bound.cost + result.cost) };
  }
  if (variable?.op === 'id' && inner !== undefined && Object.hasOwn(loops, name))
    return looped({ name, variable: variable.args, inner, last }, estimate(receiver, within), within);
  // Functions of a namespace are no calls on a value.
  const plain =
    receiver.op === 'id' && !within.scope.has(receiver.args) && /^(?:sets|ip|math|base64|format)$/.test(receiver.args);
  const parts = args.map((one) => estimate(one, within));
  if (plain) return callOf(`${String(receiver.args)}.${name}`, parts, within);
  return callOf(name, [estimate(receiver, within), ...parts], within, true);
}

/** What a loop costs apart from its condition: once, and for each element. */
const loops: Readonly<Record<string, readonly [once: number, each: number]>> = {
  all: [1, 3],
  exists: [1, 4],
  exists_one: [2, 2],
  filter: [1 + listCost, 3 + listCost],
  map: [1 + listCost, 2 + listCost],
};

interface Loop {
  readonly name: string;
  readonly variable: string;
  readonly inner: ASTNode;
  readonly last: ASTNode | undefined;
}

function looped({ name, variable, inner, last }: Loop, range: Part, within: Estimator): Part {
  const ofMap = range.shape.kind === 'map';
  const path = [...(range.path ?? []), ofMap ? '@keys' : '@items'];
  const element = { shape: (ofMap ? range.shape.keys : range.shape.elem) ?? dynShape, path };
  const scope: Scope = new Map<string, Omit<Part, 'cost'>>([...within.scope, [variable, element]]);
  const inside = { ...within, scope };
  const body = estimate(inner, inside);
  const result = last === undefined ? body : estimate(last, inside);
  const [once, each] = loops[name] ?? [0, 0];
  const times = sizeOf(range, within);
  const step = each + body.cost + (last === undefined ? 0 : result.cost);
  const cost = capped(range.cost + once + capped(times * step));
  if (name !== 'map' && name !== 'filter') return { cost, shape: scalarShape, size: 1 };
  return { cost, shape: { kind: 'list', most: 0, elem: name === 'map' ? result.shape : element.shape }, size: times };
}

function callOf(name: string, parts: readonly Part[], within: Estimator, onValue = false): Part {
  const sizes = parts.map((one) => sizeOf(one, within));
  const [receiver, argument] = parts;
  const made =
    name === 'replace' ? replaced(parts, sizes) : name === 'join' ? joined(receiver, sizes, within) : undefined;
  const own = (): number => {
    const elem = receiver?.shape.elem;
    if (/^(?:isSorted|sum|min|max|indexOf|lastIndexOf)$/.test(name) && receiver !== undefined) {
      if (elem === undefined) return traversed(sizes[0] ?? 0);
      const each = elem.kind === 'text' ? traversed(sizeOf(indexed(receiver, scalarPart), within)) : 0;
      return capped((sizes[0] ?? 0) * (1 + each));
    }
    // Estimated by what is looked for, counted by where.
    if (name === 'startsWith' || name === 'endsWith') return traversed(sizes[1] ?? 0);
    if (name === 'containsIP') return 4 + (argument?.shape.kind === 'opaque' ? 0 : traversed(sizes[1] ?? 0));
    if (name === 'join') return traversed(made ?? 0);
    if (name === 'string' && !/^(?:text|scalar)$/.test(receiver?.shape.kind ?? '')) return traversed(sizes[0] ?? 0);
    if (name === 'bytes') return traversed(sizes[0] ?? 0);
    if (name === 'ip' && onValue) return 1;
    return callCosts[name]?.(sizes) ?? 1;
  };
  const cost = capped(own() + sum(parts.map((one) => one.cost)));
  if (name === 'dyn' && receiver !== undefined) return { ...receiver, cost, shape: dynShape };
  return made === undefined ? { cost, ...callResult(name, sizes) } : { cost, shape: textShape, size: made };
}

function replaced([, from]: readonly Part[], [text = 0, least = 0, to = 0]: readonly number[]): number {
  const literal = from?.path === undefined && from?.size !== undefined && least > 0;
  // What is replaced may be of no length: then what comes in its place parts all characters.
  if (!literal) return capped((text + 1) * to + text);
  return to <= least ? text : capped(Math.ceil(text / least) * to);
}

function joined(list: Part | undefined, [count = 0, separator = 0]: readonly number[], within: Estimator): number {
  const each = list?.shape.elem === undefined ? 0 : sizeOf(indexed(list, scalarPart), within);
  return capped(capped(count * each) + capped(separator * Math.max(count - 1, 0)));
}

const scalarPart: Part = { cost: 0, shape: scalarShape };
