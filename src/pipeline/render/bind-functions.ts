/** `include`, `tpl` and `lookup`: the functions that need the running render. Names and error texts are Helm's. */
import { ExecError, ParseError } from '../../foundation/template/errors.ts';
import { execute, executeTree } from '../../foundation/template/exec.ts';
import { quote } from '../../foundation/template/quote.ts';
import {
  addParsed,
  cloneSet,
  findFunction,
  newCallable,
  type TemplateSet,
} from '../../foundation/template/template-set.ts';
import { GoError, type GoFunction, type GoMap, type GoValue } from '../../foundation/template/value.ts';
import { type ChartTemplates, parseText } from './template-cache.ts';

/** Asked synchronously; an empty map for what is not there. Empty `namespace` and `name` as in Helm's lookup. */
export type Lookup = (apiVersion: string, kind: string, namespace: string, name: string) => GoMap;

const RECURSION_MAX_NUMS = 1000;

/** Binds them to a set that has all other functions; templates parsed before may call them too. */
export function bindFunctions(set: TemplateSet, templates: ChartTemplates): void {
  const render: Render = { templates, includedNames: new Map() };
  for (const fn of boundTo(() => set, render)) set.functions.set(fn.name, newCallable(fn.name, fn));
  if (findFunction(set, 'include') === undefined) throw new Error('include is not bound');
}

interface Render {
  readonly templates: ChartTemplates;
  /** How often each name is being included right now. */
  readonly includedNames: Map<string, number>;
}

/** The set is asked for late: a clone binds the functions that it is made with. */
function boundTo(set: () => TemplateSet, render: Render): GoFunction[] {
  return [
    {
      name: 'include',
      signature: '(string, interface {}) (string, error)',
      call: (name, data) => include(set(), name as string, { data: data ?? null, render }),
    },
    {
      name: 'tpl',
      signature: '(string, interface {}) (string, error)',
      call: (text, data) => tpl(set(), text as string, { data: data ?? null, render }),
    },
  ];
}

interface Call {
  readonly data: GoValue;
  readonly render: Render;
}

function include(set: TemplateSet, name: string, { data, render }: Call): string {
  const { includedNames } = render;
  const count = includedNames.get(name) ?? 0;
  if (count > RECURSION_MAX_NUMS) {
    throw new GoError(`rendering template has a nested reference name: ${name}: unable to execute template`);
  }
  includedNames.set(name, count + 1);
  try {
    return execute(set, name, data);
  } finally {
    includedNames.set(name, (includedNames.get(name) ?? 1) - 1);
  }
}

/** What the text defines is seen by nothing but the text itself. */
function tpl(parent: TemplateSet, text: string, { data, render }: Call): string {
  if (!text.includes('{{')) return withoutNoValue(text);
  const clone: TemplateSet = cloneSet(parent, new Map(boundTo(() => clone, render).map((fn) => [fn.name, fn])));
  try {
    const parsed = parseText(clone, text, render.templates);
    addParsed(clone, parsed);
    const tree = parsed.get(clone.name);
    return tree === undefined ? '' : withoutNoValue(executeTree(clone, tree, data));
  } catch (error) {
    if (error instanceof ParseError)
      throw new GoError(`cannot parse template ${quote(text)}: ${error.message}`, { cause: error });
    if (!(error instanceof ExecError)) throw error;
    throw new GoError(`error during tpl function execution for ${quote(text)}: ${error.message}`, { cause: error });
  }
}

/** Go prints that for nil whatever the option says; Helm takes it out of finished texts. */
export function withoutNoValue(text: string): string {
  return text.includes('<no value>') ? text.replaceAll('<no value>', '') : text;
}

export function lookupFunction(lookup: Lookup | undefined): GoFunction {
  return {
    name: 'lookup',
    signature: '(string, string, string, string) (map[string]interface {}, error)',
    call: (apiVersion, kind, namespace, name) =>
      lookup === undefined
        ? new Map()
        : lookup(apiVersion as string, kind as string, namespace as string, name as string),
  };
}
