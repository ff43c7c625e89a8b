/**
 * Compiles pipelines, commands and their operands into closures that acquire the value, by examining fields, calling
 * functions and so on. A closure sets the state's node exactly where Go does, because errors name that node.
 */
import { type Arg, type CallSite, callableOf, evalCall, evalLiteral, evalMethod } from './call.ts';
import { namedTypeOf, typeName, type Value, zeroOf } from './kind.ts';
import {
  type ChainNode,
  type CommandNode,
  type FieldNode,
  type IdentifierNode,
  type Node,
  nodeText,
  type PipeNode,
  type VariableNode,
} from './node.ts';
import { quote } from './quote.ts';
import { type Eval, type Final, fail, MISSING, type State, varIndex } from './state.ts';
import { findFunction } from './template-set.ts';
import { type GoMap, GoObject, type GoValue } from './value.ts';

type Command = (s: State, final: Final) => Value;

/** The value of a pipeline; what it declares stays declared until the caller pops the variables. */
export function compilePipeline(pipe: PipeNode): Eval {
  const [first, ...rest] = pipe.cmds.map(compileCommand);
  const acquire: Eval = (s) => {
    s.node = pipe;
    let value = first!(s, MISSING) ?? undefined;
    for (let i = 0; i < rest.length; i++) value = rest[i]!(s, value) ?? undefined;
    return value;
  };
  if (pipe.decl.length === 0) return acquire;
  const names = pipe.decl.map((variable) => variable.ident[0]!);
  return (s) => {
    const value = acquire(s);
    for (const name of names) {
      if (pipe.isAssign) assign(s, name, value, false);
      else s.vars.push({ name, value, boxed: false });
    }
    return value;
  };
}

/** Overwrites the innermost variable of that name. */
export function assign(s: State, name: string, value: Value, boxed: boolean): void {
  const variable = s.vars[varIndex(s, name)]!;
  variable.value = value;
  variable.boxed = boxed;
}

function compileCommand(cmd: CommandNode): Command {
  const first = cmd.args[0]!;
  const args = cmd.args.slice(1).map(compileArg);
  switch (first.type) {
    case 'field':
      return compileField(first, args);
    case 'chain':
      return compileChain(first, args);
    case 'identifier':
      return compileFunction(first, cmd, args);
    case 'pipe': {
      const value = compilePipeline(first);
      return (s, final) => {
        notAFunction(s, first, { args, final });
        return value(s);
      };
    }
    case 'variable':
      return compileVariable(first, args);
  }
  const operand = compileOperand(first);
  return (s, final) => {
    s.node = first;
    notAFunction(s, first, { args, final });
    return operand(s);
  };
}

/** Dot and constants as commands. */
function compileOperand(node: Node): Eval {
  if (node.type === 'dot')
    return (s) => {
      s.boxed = s.dotBoxed;
      return s.dot;
    };
  if (node.type === 'nil') return (s) => fail(s, 'nil is not a command');
  return (s) => evalLiteral(s, node);
}

function notAFunction(s: State, node: Node, given: { args: readonly Arg[]; final: Final }): void {
  if (given.args.length > 0 || given.final !== MISSING)
    fail(s, `can't give argument to non-function ${nodeText(node)}`);
}

function compileArg(node: Node): Arg {
  switch (node.type) {
    case 'dot':
      return { node, eval: (s) => s.dot };
    case 'field':
      return { node, eval: withoutFinal(compileField(node, [])) };
    case 'variable':
      return { node, eval: withoutFinal(compileVariable(node, [])) };
    case 'pipe':
      return { node, eval: compilePipeline(node) };
    case 'identifier':
      return { node, eval: withoutFinal(compileFunction(node, node, [])) };
    case 'chain':
      return { node, eval: withoutFinal(compileChain(node, [])) };
  }
  return { node, eval: undefined };
}

const withoutFinal =
  (command: Command): Eval =>
  (s) =>
    command(s, MISSING);

function compileFunction(node: IdentifierNode, at: Node, args: readonly Arg[]): Command {
  const name = node.ident;
  const site: CallSite = { node: at, name, args };
  return (s, final) => {
    s.node = node;
    const callable = findFunction(s.set, name);
    if (callable === undefined) return fail(s, `${quote(name)} is not a defined function`);
    return evalCall(s, callable, site, final);
  };
}

// Fields

function compileField(node: FieldNode, args: readonly Arg[]): Command {
  const chain = compileFieldChain(node, node.ident, args);
  return (s, final) => {
    s.node = node;
    s.boxed = s.dotBoxed;
    return chain(s, s.dot, final);
  };
}

/** $x, $x.Field.Field */
function compileVariable(node: VariableNode, args: readonly Arg[]): Command {
  const name = node.ident[0]!;
  const chain = node.ident.length > 1 ? compileFieldChain(node, node.ident.slice(1), args) : undefined;
  return (s, final) => {
    s.node = node;
    const variable = s.vars[varIndex(s, name)]!;
    s.boxed = variable.boxed;
    if (chain !== undefined) return chain(s, variable.value, final);
    notAFunction(s, node, { args, final });
    return variable.value;
  };
}

/** (pipeline).Field.Field, function.Field */
function compileChain(node: ChainNode, args: readonly Arg[]): Command {
  const inner = node.node;
  const receiver = compileArg(inner).eval;
  const chain = compileFieldChain(node, node.field, args);
  return (s, final) => {
    s.node = node;
    if (inner.type === 'nil') fail(s, `indirection through explicit nil in ${nodeText(node)}`);
    s.node = inner;
    const value = receiver!(s);
    if (inner.type === 'pipe') s.boxed = false;
    return chain(s, value, final);
  };
}

type FieldChain = (s: State, receiver: Value, final: Final) => Value;

/** Walks .X.Y.Z from the receiver; the last may be a method and take the arguments. */
function compileFieldChain(node: Node, ident: readonly string[], args: readonly Arg[]): FieldChain {
  const sites: readonly CallSite[] = ident.map((name, i) => ({ node, name, args: i === ident.length - 1 ? args : [] }));
  const last = sites.length - 1;
  return (s, receiver, final) => {
    let value = receiver;
    for (let i = 0; i <= last; i++) {
      const site = sites[i]!;
      if (
        value instanceof Map &&
        (value as GoMap).namedType === undefined &&
        site.args.length === 0 &&
        (i < last || final === MISSING)
      ) {
        value = mapField(s, value, site.name);
      } else value = evalField(s, value, { site, final: i < last ? MISSING : final });
    }
    return value;
  };
}

/** Go's order: methods, then a struct's field or a map's key. */
function evalField(s: State, receiver: Value, { site, final }: { site: CallSite; final: Final }): Value {
  const { name } = site;
  if (receiver === undefined) {
    if (s.set.missingKey === 'error') fail(s, `nil data; no entry for key ${quote(name)}`);
    s.boxed = false;
    return undefined;
  }
  if (receiver === null) return fail(s, `nil pointer evaluating interface {}.${name}`);
  const method = namedTypeOf(receiver)?.methods.get(name);
  if (method !== undefined) return evalMethod(s, callableOf(s, method), site, { receiver, final });
  const hasArgs = site.args.length > 0 || final !== MISSING;
  if (receiver instanceof Map) {
    if (hasArgs) fail(s, `${name} is not a method but has arguments`);
    return mapField(s, receiver, name);
  }
  if (receiver instanceof GoObject) {
    const field = receiver.fields.get(name) ?? embeddedField(receiver, name);
    if (field !== undefined) {
      if (hasArgs) fail(s, `${name} has arguments but cannot be invoked as function`);
      s.boxed = false;
      return field;
    }
  }
  return fail(s, `can't evaluate field ${name} in type ${s.boxed ? 'interface {}' : typeName(receiver)}`);
}

/** The class of Unicode takes a quarter of a millisecond to make. */
const isExported = (name: string): boolean => (name < '\x7f' ? /^[A-Z]/.test(name) : /^\p{Lu}/u.test(name));

/** A struct inside the struct: its own fields count as the outer one's, and its name leads to it. */
function embeddedField(object: GoObject, name: string): GoValue | undefined {
  return isExported(name) ? object.type.printed?.(object).get(name) : undefined;
}

function mapField(s: State, map: GoMap, name: string): Value {
  const value: GoValue | undefined = map.get(name);
  s.boxed = map.elementType === undefined;
  if (value !== undefined) return value;
  switch (s.set.missingKey) {
    case 'default':
      return undefined;
    case 'zero':
      return zeroOf(map.elementType);
    case 'error':
      return fail(s, `map has no entry for key ${quote(name)}`);
  }
}
