/**
 * A file whose text another file has too, as each copy of a library chart below a chart has. Takes what the other was
 * parsed to, returns the same under this one's name, so that errors name the right file. Never parses what nobody
 * executes: of equal definitions the last one counts, and its text is known to be right.
 */
import { isEmptyTree, type Tree } from './node.ts';
import { parse } from './parse.ts';
import { parsePlain } from './parse-plain.ts';
import type { ParsedFile } from './template-set.ts';

export interface NamedFile {
  readonly name: string;
  readonly text: string;
}

/** Undefined where a definition's name may be that of a file: then the two may differ. */
export function parseTwin({ name, text }: NamedFile, twin: ParsedFile, twinName: string): ParsedFile | undefined {
  if (twin.has(name) || text.includes(twinName)) return undefined;
  let parsed: ParsedFile | undefined;
  const find = (key: string): Tree => {
    parsed ??= parsePlain(name, text, isFunction) ?? parse(name, text, isFunction);
    return parsed.get(key)!;
  };
  const trees = new Map<string, Tree>();
  for (const [key, tree] of twin) {
    const own = key === twinName ? name : key;
    const isEmpty = tree.isLate !== true && isEmptyTree(tree.root);
    trees.set(own, isEmpty ? { name: own, root: tree.root } : lateTree(own, find));
  }
  return trees;
}

/** Whatever the text calls is one: its twin was parsed. These two are none, or the twin's text means something else. */
const isFunction = (name: string): boolean => name !== 'break' && name !== 'continue';

const lateTree = (name: string, find: (name: string) => Tree): Tree => ({
  name,
  get root() {
    return find(name).root;
  },
  isLate: true,
});
