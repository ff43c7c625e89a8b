/**
 * Named templates that may call one another, with the functions they may call. A set serves one render: it counts what
 * that render spends. Parsed trees are free of any set and may be kept by whoever parsed them.
 */
import { builtins, type Callable } from './builtins.ts';
import { isEmptyTree, type Tree } from './node.ts';
import { parse } from './parse.ts';
import { parsePlain } from './parse-plain.ts';
import type { GoFunction } from './value.ts';

/** What a missing key of a map is: an error, the zero value of the element type, or no value at all (Go's default). */
export type MissingKey = 'default' | 'zero' | 'error';

export interface Limits {
  /** Nesting of templates, by `template` and by functions that execute some. Go's own limit is 100000. */
  readonly depth: number;
  /** UTF-16 units that one execution may print. */
  readonly output: number;
  /** Actions and iterations in the whole render. */
  readonly steps: number;
  /** Called every few thousand steps; may throw to stop the render. */
  readonly onStep: (() => void) | undefined;
}

const DEFAULT_LIMITS: Limits = { depth: 100_000, output: 256 * 1024 * 1024, steps: 200_000_000, onStep: undefined };

/** What the render has spent, shared by a set and its clones. */
export interface Budget {
  depth: number;
  steps: number;
  /** Steps left until the limits are looked at again. */
  fuel: number;
}

/** Definitions of one set over those that it was cloned from. */
interface Layer {
  readonly trees: Map<string, Tree>;
  readonly below: Layer | undefined;
}

export interface TemplateSet {
  /** Named in `no template "x" associated with template "NAME"`. */
  readonly name: string;
  readonly missingKey: MissingKey;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly functions: Map<string, Callable>;
  /** Functions that this clone rebinds. */
  readonly rebound: Map<string, Callable>;
  /** Methods met so far, with their signatures. */
  readonly methods: WeakMap<GoFunction, Callable>;
  layer: Layer;
  /** The layer is seen by another set too: the next definition starts one of its own. */
  shared: boolean;
}

export interface TemplateSetOptions {
  readonly name: string;
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<Limits>;
}

export function newTemplateSet(options: TemplateSetOptions): TemplateSet {
  const functions = builtins();
  for (const [name, fn] of options.functions) functions.set(name, newCallable(name, fn));
  return {
    name: options.name,
    missingKey: options.missingKey ?? 'default',
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    budget: { depth: 0, steps: 0, fuel: 0 },
    functions,
    rebound: new Map(),
    methods: new WeakMap(),
    layer: { trees: new Map(), below: undefined },
    shared: false,
  };
}

/** `name` is what templates call it by. */
export function newCallable(name: string, fn: GoFunction): Callable {
  const call = fn.call as Callable['call'];
  return { name, builtin: false, signatureText: fn.signature, signature: undefined, call };
}

/** A set of its own with the same definitions, some functions replaced. Costs nothing until it defines something. */
export function cloneSet(set: TemplateSet, functions: ReadonlyMap<string, GoFunction> = new Map()): TemplateSet {
  const rebound = new Map(set.rebound);
  for (const [name, fn] of functions) rebound.set(name, newCallable(name, fn));
  set.shared = true;
  return { ...set, rebound };
}

/** Templates of one file, by name; itself under the file's name. They suit every set with functions of these names. */
export type ParsedFile = ReadonlyMap<string, Tree>;

export function parseFile(set: TemplateSet, name: string, text: string): ParsedFile {
  const known = (fn: string): boolean => set.functions.has(fn) || set.rebound.has(fn);
  return parsePlain(name, text, known) ?? parse(name, text, known);
}

/** Adds definitions. Later ones replace earlier ones, unless they are empty but for space and comments. */
export function addParsed(set: TemplateSet, file: ParsedFile): void {
  for (const [name, tree] of file) {
    if (tree.isLate !== true && isEmptyTree(tree.root) && lookup(set, name) !== undefined) continue;
    if (set.shared) {
      set.layer = { trees: new Map(), below: set.layer };
      set.shared = false;
    }
    set.layer.trees.set(name, tree);
  }
}

/** Parses and adds; returns the template of that name as this text has it, even where an older one goes on to count. */
export function parseInto(set: TemplateSet, name: string, text: string): Tree {
  const file = parseFile(set, name, text);
  addParsed(set, file);
  return file.get(name)!;
}

export function lookup(set: TemplateSet, name: string): Tree | undefined {
  for (let layer: Layer | undefined = set.layer; layer !== undefined; layer = layer.below) {
    const tree = layer.trees.get(name);
    if (tree !== undefined) return tree;
  }
  return undefined;
}

export function findFunction(set: TemplateSet, name: string): Callable | undefined {
  return set.rebound.get(name) ?? set.functions.get(name);
}
