/** Sprig's list functions. Every one returns a new list; the must… forms differ in Go only by how the error travels. */
import { kindName, nilSlice } from '../../../foundation/template/kind.ts';
import { sortStrings } from '../../../foundation/template/runes.ts';
import {
  GoError,
  type GoFunction,
  type GoInt,
  type GoSlice,
  type GoValue,
} from '../../../foundation/template/value.ts';
import { toInt64 } from './cast.ts';
import { deepEqual } from './deep-equal.ts';
import { isEmpty } from './emptiness.ts';
import { aliases, goFunction, typedSlice } from './go-function.ts';
import { itemsOf, sliceOf } from './list-items.ts';
import { strslice, strval } from './text-of.ts';

/** A function and its must… form, whose signature returns an error as well. */
function withMust(
  name: string,
  signature: readonly [string, string],
  call: (...args: GoValue[]) => GoValue,
): GoFunction[] {
  const must = `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const [parameters, result] = signature;
  return [
    goFunction(name, `${parameters} ${result}`, call),
    goFunction(must, `${parameters} (${result}, error)`, call),
  ];
}

const ONE = '(interface {})';
const TWO = '(interface {}, interface {})';
const ANY = 'interface {}';
const LIST = '[]interface {}';

const makeList = goFunction('list', '(...interface {}) []interface {}', (...items: GoValue[]) => items);
const push = withMust('push', [TWO, LIST], (list: GoValue, item: GoValue = null) => [
  ...itemsOf(list, (kind) => `Cannot push on type ${kind}`),
  item,
]);

const find = (name: string, list: GoValue): readonly GoValue[] =>
  itemsOf(list, (kind) => `Cannot find ${name} on type ${kind}`);

export const listFunctions: readonly GoFunction[] = [
  makeList,
  ...aliases(['tuple'], makeList),
  ...push,
  ...aliases(['append'], push[0]!),
  ...aliases(['mustAppend'], push[1]!),
  ...withMust('prepend', [TWO, LIST], (list, item = null) => [
    item,
    ...itemsOf(list!, (kind) => `Cannot prepend on type ${kind}`),
  ]),
  ...withMust('first', [ONE, ANY], (list) => find('first', list!)[0] ?? null),
  ...withMust('last', [ONE, ANY], (list) => find('last', list!).at(-1) ?? null),
  ...withMust('rest', [ONE, LIST], (list) => nilWhenEmpty(find('rest', list!), (items) => items.slice(1))),
  ...withMust('initial', [ONE, LIST], (list) => nilWhenEmpty(find('initial', list!), (items) => items.slice(0, -1))),
  ...withMust('reverse', [ONE, LIST], (list) => [...find('reverse', list!)].reverse()),
  ...withMust('compact', [ONE, LIST], (list) =>
    itemsOf(list!, (kind) => `Cannot compact on type ${kind}`).filter((item) => !isEmpty(item)),
  ),
  ...withMust('uniq', [ONE, LIST], (list) => uniq(find('uniq', list!))),
  ...withMust('without', ['(interface {}, ...interface {})', LIST], (list, ...omitted) =>
    find('without', list!).filter((item) => !includes(omitted, item)),
  ),
  ...withMust('has', [TWO, 'bool'], (needle, list) => list !== null && includes(find('has', list!), needle!)),
  ...withMust('slice', ['(interface {}, ...interface {})', ANY], (list, ...bounds) => slice(list!, bounds)),
  ...withMust('chunk', ['(int, interface {})', '[][]interface {}'], (size, list) =>
    chunk(
      Number((size as GoInt).value),
      itemsOf(list!, (kind) => `Cannot chunk type ${kind}`),
    ),
  ),
  goFunction('concat', '(...interface {}) interface {}', (...lists: GoValue[]) =>
    nilWhenEmpty(
      concat(lists.map((list) => itemsOf(list, (kind) => `Cannot concat type ${kind} as list`))),
      (items) => [...items],
    ),
  ),
  goFunction('sortAlpha', '(interface {}) []string', (list: GoValue) =>
    typedSlice('string', kindName(list) === 'slice' ? sortStrings(strslice(list)) : [strval(list)]),
  ),
];

/** A list that doubles and doubles ends here and not with the process. */
const MAX_ITEMS = 2 ** 22;

function concat(lists: readonly (readonly GoValue[])[]): readonly GoValue[] {
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  if (count > MAX_ITEMS) throw badLength();
  return ([] as GoValue[]).concat(...lists);
}

const nilWhenEmpty = (items: readonly GoValue[], make: (items: readonly GoValue[]) => GoSlice): GoSlice =>
  items.length === 0 ? nilSlice() : make(items);

const includes = (items: readonly GoValue[], needle: GoValue): boolean => items.some((item) => deepEqual(needle, item));

/** Strings, the usual case, are told apart by a set; only other kinds are compared one by one. */
function uniq(items: readonly GoValue[]): GoSlice {
  const texts = new Set<string>();
  const others: GoValue[] = [];
  return items.filter((item) => {
    if (typeof item === 'string') return !texts.has(item) && texts.add(item);
    if (includes(others, item)) return false;
    others.push(item);
    return true;
  });
}

function slice(list: GoValue, bounds: readonly GoValue[]): GoValue {
  const items = itemsOf(list, (kind) => `list should be type of slice or array but ${kind}`);
  if (items.length === 0) return null;
  const start = bounds.length > 0 ? toInt64(bounds[0]!) : 0n;
  const end = bounds.length > 1 ? toInt64(bounds[1]!) : BigInt(items.length);
  if (start < 0n || start > end || end > BigInt(items.length)) {
    throw new GoError('reflect.Value.Slice: slice index out of bounds');
  }
  return sliceOf(list, Number(start), Number(end));
}

/** Go's arithmetic in floats decides how many chunks there are: for sizes below one mostly a panic, sometimes none. */
function chunk(size: number, items: readonly GoValue[]): GoSlice {
  const count = Math.floor((items.length - 1) / size) + 1;
  if (!(count >= 0) || !Number.isFinite(count)) throw badLength();
  const chunks: GoSlice[] = [];
  for (let i = 0; i < count; i++) {
    const length = i === count - 1 ? items.length % size || size : size;
    if (length < 0) throw badLength();
    chunks.push(items.slice(i * size, i * size + length));
  }
  return typedSlice('[]interface {}', chunks);
}

const badLength = (): GoError => new GoError('runtime error: makeslice: len out of range');
