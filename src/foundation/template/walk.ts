/**
 * Compiles the nodes of a template into closures that step through them and print. break and continue are signals
 * that the closures return.
 */
import { isPrintable, printableValue } from './escape.ts';
import { assign, compilePipeline } from './eval.ts';
import { typeName, type Value } from './kind.ts';
import {
  type ActionNode,
  type BranchNode,
  type ListNode,
  type Node,
  nodeText,
  type TemplateNode,
  type Tree,
} from './node.ts';
import { formatDefault } from './printf.ts';
import { quote } from './quote.ts';
import { sortStrings } from './runes.ts';
import {
  BREAK,
  CONTINUE,
  type Compiled,
  fail,
  isStackOverflow,
  NEXT,
  print,
  type Signal,
  type State,
  step,
  TOO_DEEP,
  type Walk,
} from './state.ts';
import { lookup } from './template-set.ts';
import { isTrue } from './truth.ts';
import { GoInt, type GoMap, GoObject, type GoSlice, type GoValue, int } from './value.ts';

export function compileTree(tree: Compiled): Walk {
  tree.walk ??= compileList(tree.root);
  return tree.walk;
}

function compileList(list: ListNode): Walk {
  const walks = list.nodes.map(compileNode);
  if (walks.length === 1) return walks[0]!;
  return (s) => {
    for (let i = 0; i < walks.length; i++) {
      const signal = walks[i]!(s);
      if (signal !== NEXT) return signal;
    }
    return NEXT;
  };
}

function compileNode(node: Node): Walk {
  switch (node.type) {
    case 'text':
      return (s) => {
        print(s, node.text);
        return NEXT;
      };
    case 'action':
      return compileAction(node);
    case 'if':
    case 'with':
      return compileIfOrWith(node);
    case 'range':
      return compileRange(node);
    case 'template':
      return compileTemplate(node);
    case 'break':
      return () => BREAK;
    case 'continue':
      return () => CONTINUE;
    case 'list':
      return compileList(node);
  }
  return (s) => fail(s, `unknown node: ${nodeText(node)}`);
}

function compileAction(node: ActionNode): Walk {
  const pipe = compilePipeline(node.pipe);
  const silent = node.pipe.decl.length > 0;
  return (s) => {
    s.node = node;
    step(s);
    const value = pipe(s);
    if (!silent) printValue(s, node, value);
    return NEXT;
  };
}

function printValue(s: State, node: Node, value: Value): void {
  s.node = node;
  if (typeof value === 'string') print(s, value);
  else if (value === undefined) print(s, '<no value>');
  else if (isPrintable(value)) print(s, formatDefault(printableValue(value)));
  else fail(s, `can't print ${nodeText(node)} of type ${typeName(value)}`);
}

function compileIfOrWith(node: BranchNode): Walk {
  const pipe = compilePipeline(node.pipe);
  // Compiled when first taken: most of what charts can do is switched off.
  let list: Walk | undefined;
  let otherwise: Walk | undefined;
  const setsDot = node.type === 'with';
  return (s) => {
    s.node = node;
    const mark = s.vars.length;
    const value = pipe(s);
    let signal: Signal = NEXT;
    if (isTrue(value)) {
      list ??= compileList(node.list);
      signal = setsDot ? walkAt(s, list, { dot: value, boxed: false }) : list(s);
    } else if (node.elseList !== undefined) {
      otherwise ??= compileList(node.elseList);
      signal = otherwise(s);
    }
    s.vars.length = mark;
    return signal;
  };
}

/** Walks with another dot. */
function walkAt(s: State, list: Walk, at: { dot: Value; boxed: boolean }): Signal {
  const { dot, dotBoxed } = s;
  s.dot = at.dot;
  s.dotBoxed = at.boxed;
  const signal = list(s);
  s.dot = dot;
  s.dotBoxed = dotBoxed;
  return signal;
}

/** One iteration; false ends the loop. */
type Iterate = (index: Value, element: Value, boxed: boolean) => boolean;

function compileRange(node: BranchNode): Walk {
  const pipe = compilePipeline(node.pipe);
  let list: Walk | undefined;
  let otherwise: Walk | undefined;
  return (s) => {
    s.node = node;
    const mark = s.vars.length;
    const value = pipe(s);
    const inner = s.vars.length;
    list ??= compileList(node.list);
    const body = list;
    const iterate: Iterate = (index, element, boxed) => {
      step(s);
      bindRange(s, node, { index, element, boxed });
      const signal = walkAt(s, body, { dot: element, boxed });
      s.vars.length = inner;
      return signal !== BREAK;
    };
    const ran = walkElements(s, node, { value, iterate });
    let signal: Signal = NEXT;
    if (!ran && node.elseList !== undefined) {
      otherwise ??= compileList(node.elseList);
      signal = otherwise(s);
    }
    s.vars.length = mark;
    return signal;
  };
}

/** With one variable it is the element, with two the index comes first. */
function bindRange(s: State, node: BranchNode, at: { index: Value; element: Value; boxed: boolean }): void {
  const { decl, isAssign } = node.pipe;
  if (decl.length === 0) return;
  if (isAssign) {
    if (decl.length > 1) assign(s, decl[0]!.ident[0]!, at.index, false);
    assign(s, decl.at(-1)!.ident[0]!, at.element, at.boxed);
    return;
  }
  const element = s.vars[s.vars.length - 1]!;
  element.value = at.element;
  element.boxed = at.boxed;
  if (decl.length > 1) {
    const index = s.vars[s.vars.length - 2]!;
    index.value = at.index;
    index.boxed = false;
  }
}

/** Whether there was anything to iterate over. */
function walkElements(s: State, node: BranchNode, over: { value: Value; iterate: Iterate }): boolean {
  const { value, iterate } = over;
  if (value === undefined) return false;
  if (value instanceof GoInt) {
    if (node.pipe.decl.length > 1) fail(s, `can't use ${formatDefault(value)} to iterate over more than one variable`);
    for (let i = 0n; i < value.value; i++)
      if (
        !iterate(
          undefined,
          value.kind === 'int' && value.type === undefined ? int(i) : new GoInt(value.kind, i, value.type),
          false,
        )
      )
        break;
    return value.value > 0n;
  }
  if (value instanceof Uint8Array) {
    for (let i = 0; i < value.length; i++) if (!iterate(int(i), new GoInt('uint8', BigInt(value[i]!)), false)) break;
    return value.length > 0;
  }
  if (Array.isArray(value)) {
    const boxed = (value as GoSlice).elementType === undefined;
    const { length } = value;
    for (let i = 0; i < length; i++) if (!iterate(int(i), value[i] as GoValue, boxed)) break;
    return length > 0;
  }
  if (value instanceof Map) return walkMap(value, iterate);
  const shown = value instanceof GoObject ? (value.type.asValue?.(value) ?? value) : (value as GoValue);
  return fail(s, `range can't iterate over ${formatDefault(printableValue(shown))}`);
}

/** In the order of the keys, over what the map held at the start. */
function walkMap(map: GoMap, iterate: Iterate): boolean {
  const boxed = map.elementType === undefined;
  const keys = sortStrings([...map.keys()]);
  const values = keys.map((key) => map.get(key)!);
  for (let i = 0; i < keys.length; i++) if (!iterate(keys[i], values[i], boxed)) break;
  return keys.length > 0;
}

function compileTemplate(node: TemplateNode): Walk {
  const pipe = node.pipe === undefined ? undefined : compilePipeline(node.pipe);
  return (s) => {
    step(s);
    s.node = node;
    const tree = lookup(s.set, node.name) ?? fail(s, `template ${quote(node.name)} not defined`);
    const { budget, limits } = s.set;
    if (budget.depth >= limits.depth) fail(s, TOO_DEEP);
    const dot = pipe?.(s);
    budget.depth++;
    try {
      compileTree(tree)(newState(s, tree, dot));
    } catch (error) {
      if (!isStackOverflow(error)) throw error;
      s.node = node;
      fail(s, TOO_DEEP);
    } finally {
      budget.depth--;
    }
    return NEXT;
  };
}

/** A called template sees no variables of its caller but prints to the same place. */
function newState(s: State, tree: Tree, dot: Value): State {
  return {
    set: s.set,
    template: tree.name,
    out: s.out,
    node: tree.root,
    dot,
    dotBoxed: false,
    boxed: false,
    vars: [{ name: '$', value: dot, boxed: false }],
  };
}
