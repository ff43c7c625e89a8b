/**
 * Executes a template of a set on a value and returns what it prints. Throws ExecError where the template is at fault,
 * GoError for an unknown name, LimitError where a limit ends it; never leaks a stack overflow.
 */
import { LimitError } from './errors.ts';
import type { Tree } from './node.ts';
import { quote } from './quote.ts';
import { fail, isStackOverflow, isTooLong, type State, TOO_DEEP } from './state.ts';
import { lookup, type TemplateSet } from './template-set.ts';
import { GoError, type GoValue } from './value.ts';
import { compileTree } from './walk.ts';

/** By name. Functions such as `include` call this too: nesting is counted in the set. */
export function execute(set: TemplateSet, name: string, data: GoValue): string {
  const tree = lookup(set, name);
  if (tree === undefined) {
    throw new GoError(`template: no template ${quote(name)} associated with template ${quote(set.name)}`);
  }
  return executeTree(set, tree, data);
}

/** A tree as parseInto returned it, which need not be what the set has under its name. */
export function executeTree(set: TemplateSet, tree: Tree, data: GoValue): string {
  const { budget, limits } = set;
  const dot = data ?? undefined;
  const state: State = {
    set,
    template: tree.name,
    out: { text: '' },
    node: tree.root,
    dot,
    dotBoxed: false,
    boxed: false,
    vars: [{ name: '$', value: dot, boxed: false }],
  };
  if (budget.depth >= limits.depth) fail(state, TOO_DEEP);
  budget.depth++;
  try {
    compileTree(tree)(state);
  } catch (error) {
    if (isStackOverflow(error) && budget.depth === 1) fail(state, TOO_DEEP);
    if (isTooLong(error)) throw new LimitError('the template prints too much', state.node);
    throw error;
  } finally {
    budget.depth--;
  }
  return state.out.text;
}
