/**
 * Calls functions as Go's reflection does: counts and checks the arguments against the signature, gives constants the
 * type that is wanted, and turns what the function throws into the template's error.
 */
import type { Callable } from './builtins.ts';
import { ExecError, LimitError, ParseError } from './errors.ts';
import { isFunction, newComplex, nilMap, nilSlice, typeName, underlyingTypeName, type Value } from './kind.ts';
import { type Node, type NumberNode, nodeText } from './node.ts';
import { canBeNil, type GoType, parseSignature, type Signature } from './signature.ts';
import { type Eval, type Final, fail, isStackOverflow, isTooLong, MISSING, type State, TOO_DEEP } from './state.ts';
import { newCallable } from './template-set.ts';
import { isTrue } from './truth.ts';
import { GoError, GoInt, type GoMap, GoObject, type GoValue, type IntKind, int } from './value.ts';

/** One argument: a constant, or what evaluates it. */
export interface Arg {
  readonly node: Node;
  readonly eval: Eval | undefined;
}

export interface CallSite {
  /** What errors of the function itself are said to be at. */
  readonly node: Node;
  readonly name: string;
  readonly args: readonly Arg[];
}

const signatureOf = (callable: Callable): Signature => {
  callable.signature ??= parseSignature(callable.signatureText);
  return callable.signature;
};

export function evalMethod(s: State, method: Callable, site: CallSite, on: { receiver: GoValue; final: Final }): Value {
  return evalCall(s, method, site, on.final, on.receiver);
}

/** The function called with the site's arguments and, where there is one, the piped value behind them. */
export function evalCall(s: State, callable: Callable, site: CallSite, final: Final, receiver?: GoValue): Value {
  const signature = signatureOf(callable);
  const { params, variadic } = signature;
  const { args } = site;
  const count = final === MISSING ? args.length : args.length + 1;
  if (variadic ? count < params.length - 1 : count !== params.length) wrongCount(s, site, { signature, count });
  if (signature.refusal !== undefined) return fail(s, signature.refusal(site.name));
  if (callable.builtin && (callable.name === 'and' || callable.name === 'or')) {
    return evalAndOr(s, args, { final, isOr: callable.name === 'or', type: params[0]! });
  }
  const argv: Value[] = receiver === undefined ? [] : [receiver];
  const last = params.length - 1;
  for (let i = 0; i < args.length; i++) argv.push(evalArg(s, args[i]!, params[Math.min(i, last)]!));
  if (final !== MISSING) argv.push(validateType(s, final, params[Math.min(args.length, last)]!));
  const invoke = callable.builtin && callable.name === 'call' ? () => callDynamic(s, site, argv) : undefined;
  return safeCall(s, site, { callable, signature, argv, invoke });
}

function wrongCount(s: State, site: CallSite, { signature, count }: { signature: Signature; count: number }): never {
  const wanted = signature.params.length;
  if (!signature.variadic) return fail(s, `wrong number of args for ${site.name}: want ${wanted} got ${count}`);
  return fail(s, `wrong number of args for ${site.name}: want at least ${wanted - 1} got ${site.args.length}`);
}

interface Invocation {
  readonly callable: Callable;
  readonly signature: Signature;
  readonly argv: Value[];
  readonly invoke: (() => Value) | undefined;
}

function safeCall(s: State, site: CallSite, { callable, signature, argv, invoke }: Invocation): Value {
  let result: Value;
  try {
    result = invoke === undefined ? callable.call(...argv) : invoke();
  } catch (error) {
    return callFailed(s, site, error);
  }
  s.boxed = signature.result.kind === 'interface';
  return result === null || result === undefined ? nilResult(result, signature.result) : result;
}

/** What a Go function would return as an error goes into the message; limits and bugs pass as they are. */
function callFailed(s: State, site: CallSite, error: unknown): never {
  s.node = site.node;
  if (isStackOverflow(error)) return fail(s, TOO_DEEP);
  if (isTooLong(error)) throw new LimitError('a string grows too long', s.node);
  if (error instanceof GoError || error instanceof ExecError || error instanceof ParseError) {
    return fail(s, `error calling ${site.name}: ${error.message}`, error);
  }
  throw error;
}

/** Nil of a type that is not an interface is a value: a nil map prints as map[]. */
function nilResult(result: null | undefined, type: GoType): Value {
  if (type.kind === 'map') return nilMap(type.text.slice('map[string]'.length));
  if (type.kind === 'slice') return nilSlice(type.text.slice(2));
  return type.kind === 'reflect' ? result : null;
}

/** `and` and `or` stop at the argument that decides, and return it. */
function evalAndOr(s: State, args: readonly Arg[], rule: { final: Final; isOr: boolean; type: GoType }): Value {
  let value: Value;
  for (const arg of args) {
    value = evalArg(s, arg, rule.type);
    if (isTrue(value) === rule.isOr) return value;
  }
  return rule.final === MISSING ? value : rule.final;
}

/** The `call` built-in: its first argument is the function. */
function callDynamic(s: State, site: CallSite, [target, ...args]: Value[]): Value {
  const first = site.args[0];
  const name = first === undefined ? valueText(target) : nodeText(first.node);
  if (target === undefined || target === null) throw new GoError('call of nil');
  if (!isFunction(target)) throw new GoError(`non-function ${name} of type ${typeName(target)}`);
  const { params, variadic } = signatureOf(callableOf(s, target));
  const least = params.length - 1;
  if (variadic ? args.length < least : args.length !== params.length) {
    const want = variadic ? `at least ${least}` : params.length;
    throw new GoError(`wrong number of args for ${name}: got ${args.length} want ${want}`);
  }
  const last = params.length - 1;
  const argv = args.map((arg, i) => prepareArg(arg, params[Math.min(i, last)]!, i));
  return target.call(...argv);
}

/** Go's Value.String(). */
const valueText = (value: Value): string =>
  typeof value === 'string' ? value : value === undefined ? '<invalid Value>' : `<${typeName(value)} Value>`;

function prepareArg(value: Value, type: GoType, position: number): GoValue {
  if (value === undefined || value === null) {
    if (!canBeNil(type)) throw new GoError(`arg ${position}: value is nil; should be of type ${type.text}`);
    return nilOf(type) as GoValue;
  }
  if (isAssignable(value, type)) return value;
  if (value instanceof GoInt && (type.kind === 'int' || type.kind === 'uint')) return convertInt(value.value, type);
  throw new GoError(`arg ${position}: value has type ${typeName(value)}; should be ${type.text}`);
}

/** A method or function value, with its parsed signature. */
export function callableOf(s: State, fn: GoValue & { call: unknown }): Callable {
  const known = s.set.methods.get(fn as never);
  if (known !== undefined) return known;
  const callable = newCallable((fn as { name: string }).name, fn as never);
  s.set.methods.set(fn as never, callable);
  return callable;
}

// Arguments

function evalArg(s: State, arg: Arg, type: GoType): Value {
  s.node = arg.node;
  if (arg.eval !== undefined) return validateType(s, arg.eval(s), type);
  return evalConstant(s, arg.node, type);
}

/** Guarantees that the value may be passed for that type. */
function validateType(s: State, value: Value, type: GoType): Value {
  if (type.kind === 'reflect') return value;
  if (type.kind === 'interface' && type.text === 'interface {}') {
    if (value instanceof GoObject && value.type.asValue !== undefined) return value.type.asValue(value);
    return value === undefined ? null : value;
  }
  if (value === undefined) return canBeNil(type) ? nilOf(type) : fail(s, `invalid value; expected ${type.text}`);
  if (value === null) return fail(s, `wrong type for value; expected ${type.text}; got interface {}`);
  if (isAssignable(value, type)) return type.kind === 'map' ? ((value as GoMap).plain ?? value) : value;
  return fail(s, `wrong type for value; expected ${type.text}; got ${typeName(value)}`);
}

function nilOf(type: GoType): Value {
  if (type.kind === 'map') return nilMap(type.text.slice('map[string]'.length));
  if (type.kind === 'slice') return nilSlice(type.text.slice(2));
  return type.kind === 'reflect' ? undefined : null;
}

function isAssignable(value: GoValue, type: GoType): boolean {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'interface':
      return type.text === 'interface {}' || (value instanceof GoObject && value.format !== undefined);
    case 'reflect':
      return true;
  }
  const name = typeName(value);
  // A named map goes where its unnamed type is wanted, a pointer where what it points to is.
  return (
    name === type.text ||
    underlyingTypeName(value) === type.text ||
    (value instanceof GoObject && name === `*${type.text}`)
  );
}

function evalConstant(s: State, node: Node, type: GoType): Value {
  if (node.type === 'nil') return canBeNil(type) ? nilOf(type) : fail(s, `cannot assign nil to ${type.text}`);
  switch (type.kind) {
    case 'bool':
      return node.type === 'bool' ? node.value : fail(s, `expected bool; found ${nodeText(node)}`);
    case 'string':
      return node.type === 'string' ? node.text : fail(s, `expected string; found ${nodeText(node)}`);
    case 'int':
      if (node.type === 'number' && node.value.int !== undefined) return convertInt(node.value.int, type);
      return fail(s, `expected integer; found ${nodeText(node)}`);
    case 'uint':
      if (node.type === 'number' && node.value.uint !== undefined) return convertInt(node.value.uint, type);
      return fail(s, `expected unsigned integer; found ${nodeText(node)}`);
    case 'float':
      return node.type === 'number' ? (node.value.float ?? expectedFloat(s, node)) : expectedFloat(s, node);
    case 'complex':
      if (node.type === 'number' && node.value.complex !== undefined) return newComplex(node.value.complex);
      return fail(s, `expected complex; found ${nodeText(node)}`);
    case 'reflect':
      return evalLiteral(s, node);
    case 'interface':
      if (type.text === 'interface {}') return evalLiteral(s, node);
  }
  return fail(s, `can't handle ${nodeText(node)} for arg of type ${type.text}`);
}

const expectedFloat = (s: State, node: Node): never => fail(s, `expected float; found ${nodeText(node)}`);

function convertInt(value: bigint, type: GoType): GoInt {
  if (type.text === 'time.Duration') return new GoInt('int64', value);
  const kind = type.text as IntKind;
  if (kind === 'int') return int(value);
  const bits = Number(/\d+$/.exec(kind)?.[0] ?? 64);
  return new GoInt(kind, type.kind === 'uint' ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}

/** A constant where any type will do. */
export function evalLiteral(s: State, node: Node): Value {
  switch (node.type) {
    case 'bool':
      return node.value;
    case 'string':
      return node.text;
    case 'number':
      s.node = node;
      return idealConstant(s, node);
  }
  return fail(s, `can't handle assignment of ${nodeText(node)} to empty interface argument`);
}

/** A number where nothing says which type is wanted: its syntax does. */
function idealConstant(s: State, { text, value }: NumberNode): Value {
  if (value.complex !== undefined) return newComplex(value.complex);
  const isChar = text.startsWith("'");
  const isHexInt = /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text);
  if (value.float !== undefined && !isChar && !isHexInt && /[.eEpP]/.test(text)) return value.float;
  if (value.int !== undefined) return int(value.int);
  return fail(s, `${text} overflows int`);
}
