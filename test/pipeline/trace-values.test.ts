import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GoError, type GoMap, type GoValue } from '../../src/foundation/template/value.ts';
import { copyMap } from '../../src/foundation/values/copy-value.ts';
import { toJson } from '../../src/foundation/yaml/plain-json.ts';
import { assembleChart } from '../../src/pipeline/chart/assemble-chart.ts';
import type { Chart } from '../../src/pipeline/chart/chart.ts';
import { coalesceValues } from '../../src/pipeline/render/values/coalesce.ts';
import { processDependencies } from '../../src/pipeline/render/values/process-dependencies.ts';
import { scopeChart } from '../../src/pipeline/render/values/scoped-chart.ts';
import { traceValues } from '../../src/pipeline/trace-values.ts';
import type { ValueRow } from '../../src/pipeline/values/list-values.ts';
import { type MergeSource, mergeValues } from '../../src/pipeline/values/merge-values.ts';
import { formatValuePath } from '../../src/pipeline/values/provenance.ts';

type Files = Readonly<Record<string, string>>;
type Compat = 'helm3' | 'helm4';

const place = { file: 'apps/shop.yaml', line: 9, column: 5 };
const variables = { environment: 'prod', lines: 'x' };

const chartFolder = 'charts/shop/';

async function chartOf(files: Files): Promise<Chart> {
  const own = Object.entries(files).filter(([name]) => name.startsWith(chartFolder));
  const buffered = own.map(([name, text]) => ({ name: name.slice(chartFolder.length), data: Buffer.from(text) }));
  return await assembleChart(buffered, 'helm4', { shown: 'charts/shop' });
}

function sourcesOf(entries: readonly unknown[]): MergeSource[] {
  return entries.map((entry): MergeSource => {
    if (typeof entry === 'string') return { type: 'file', path: entry, optional: false, template: false, place };
    const [[type, value]] = Object.entries(entry as object) as [[string, never]];
    if (type === 'template') return { type: 'file', path: value, optional: false, template: true, place };
    if (type === 'inline') return { type, values: value, place };
    return { type: type as 'set', expression: value, place };
  });
}

async function prepare(files: Files, entries: readonly unknown[], compat: Compat = 'helm4') {
  const chart = await chartOf(files);
  const readFile = async (path: string) => files[path] ?? '';
  return { chart, ...(await mergeValues({ sources: sourcesOf(entries), readFile, variables, compat })) };
}

/** What templates see, by the way that rendering goes. */
function rendered(chart: Chart, values: GoMap, compat: Compat): GoMap {
  const scoped = scopeChart(chart);
  processDependencies(scoped, values, { compat });
  return coalesceValues(scoped, values, { compat });
}

const told = ({ path, value, place: at, overrode }: ValueRow): string => {
  const where = at === undefined ? '' : `${at.file}:${at.line}`;
  const below = overrode.map((one) => `${one.place.file}:${one.place.line} ${JSON.stringify(one.value)}`);
  return [`${formatValuePath(path)}=${JSON.stringify(value)} ${where}`, ...below].join(' < ');
};

const shopChart = {
  'charts/shop/Chart.yaml':
    'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: database, alias: db, version: "*", condition: db.enabled}\n- {name: cache, version: "*", import-values: [{child: exported, parent: imported}]}\n',
  'charts/shop/values.yaml':
    'tag: v1\nimage:\n  tag: ""\n  pull: Always\ndb:\n  port: 1\nhosts:\n- a\nglobal:\n  zone: eu\n',
  'charts/shop/charts/database/Chart.yaml': 'apiVersion: v2\nname: database\nversion: 1.0.0\n',
  'charts/shop/charts/database/values.yaml': 'port: 5432\nuser: root\nglobal:\n  zone: none\n  tier: x\n',
  'charts/shop/charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
  'charts/shop/charts/cache/values.yaml': 'exported:\n  size: 10\nempty: {}\n',
};

const cases: readonly { name: string; files: Files; entries: readonly unknown[]; rows: readonly string[] }[] = [
  {
    name: 'a file over a file over the chart',
    files: { 'a.yaml': 'tag: v2\n', 'b.yaml': '# prod\ntag: v3\n' },
    entries: ['a.yaml', 'b.yaml'],
    rows: ['tag="v3" b.yaml:2 < a.yaml:1 "v2" < charts/shop/values.yaml:1 "v1"'],
  },
  {
    name: "a chart's value over that of a dependency under its alias",
    files: { 'a.yaml': 'db:\n  user: me\n' },
    entries: ['a.yaml'],
    rows: [
      'db.port=1 charts/shop/values.yaml:6 < charts/shop/charts/database/values.yaml:1 5432',
      'db.user="me" a.yaml:2 < charts/shop/charts/database/values.yaml:2 "root"',
    ],
  },
  {
    name: 'globals, which a parent gives its dependencies',
    files: { 'a.yaml': 'db:\n  global:\n    zone: mine\n' },
    entries: ['a.yaml'],
    rows: [
      'global.zone="eu" charts/shop/values.yaml:10',
      'db.global.zone="eu" charts/shop/values.yaml:10 < a.yaml:3 "mine" < charts/shop/charts/database/values.yaml:4 "none"',
      'db.global.tier="x" charts/shop/charts/database/values.yaml:5',
    ],
  },
  {
    name: 'values imported from a dependency',
    files: { 'a.yaml': 'imported:\n  size: 11\n' },
    entries: ['a.yaml'],
    rows: [
      'imported.size=11 a.yaml:2 < charts/shop/charts/cache/values.yaml:2 10',
      'cache.exported.size=10 charts/shop/charts/cache/values.yaml:2',
      'cache.empty={} charts/shop/charts/cache/values.yaml:3',
    ],
  },
  {
    name: 'a null deletes the default, whatever lies between',
    files: { 'a.yaml': 'tag: v2\nimage: null\n', 'b.yaml': 'tag: null\n' },
    entries: ['a.yaml', 'b.yaml'],
    rows: [
      'tag=undefined b.yaml:1 < a.yaml:1 "v2" < charts/shop/values.yaml:1 "v1"',
      'image=undefined a.yaml:2 < charts/shop/values.yaml:2 {"tag":"","pull":"Always"}',
    ],
  },
  {
    name: 'what comes after a null',
    files: { 'a.yaml': 'tag: null\nown: null\n', 'b.yaml': 'tag: v3\n' },
    entries: ['a.yaml', 'b.yaml'],
    rows: ['tag="v3" b.yaml:1 < a.yaml:1 null < charts/shop/values.yaml:1 "v1"', 'own=null a.yaml:2'],
  },
  {
    name: 'a table over a scalar and a scalar over a table',
    files: { 'a.yaml': 'image: whole\ntag:\n  name: v2\nown: 1\n', 'b.yaml': 'own:\n  deep: 2\n' },
    entries: ['a.yaml', 'b.yaml'],
    rows: [
      'image="whole" a.yaml:1 < charts/shop/values.yaml:2 {"tag":"","pull":"Always"}',
      'tag.name="v2" a.yaml:3 < charts/shop/values.yaml:1 "v1"',
      'own.deep=2 b.yaml:2 < a.yaml:4 1',
    ],
  },
  {
    name: 'inline values and expressions, whose place is the entry of the definition',
    files: { 'a.yaml': 'hosts: [b, c]\n' },
    entries: ['a.yaml', { inline: { tag: 'v2' } }, { set: 'hosts[1]=d,image.pull=Never' }, { setJson: 'tag="v3"' }],
    rows: [
      'hosts=["b","d"] apps/shop.yaml:9 < a.yaml:1 ["b","c"] < charts/shop/values.yaml:7 ["a"]',
      'image.pull="Never" apps/shop.yaml:9 < charts/shop/values.yaml:4 "Always"',
      'tag="v3" apps/shop.yaml:9 < apps/shop.yaml:9 "v2" < charts/shop/values.yaml:1 "v1"',
    ],
  },
  {
    name: 'a template: the line is the one of the file',
    files: {
      'a.yaml': '{{#environment}}\ntag: {{environment}}\n{{/environment}}\n\n{{! x }}\nown: {{lines}}1\nlast: 1\n',
    },
    entries: [{ template: 'a.yaml' }],
    rows: ['tag="prod" a.yaml:2 < charts/shop/values.yaml:1 "v1"', 'own="x1" a.yaml:6', 'last=1 a.yaml:7'],
  },
  {
    name: 'anchors, merge keys, several documents and duplicate keys',
    files: { 'a.yaml': 'x: &x\n  tag: 1\n  deep: 2\nown:\n  <<: *x\n  tag: 3\n---\ntag: v4\n' },
    entries: ['a.yaml'],
    rows: ['own.deep=2 a.yaml:3', 'own.tag=3 a.yaml:6', 'tag="v4" a.yaml:8 < charts/shop/values.yaml:1 "v1"'],
  },
];

describe('where each value comes from', () => {
  test.each(cases)('$name', async ({ files, entries, rows }) => {
    const prepared = await prepare({ ...shopChart, ...files }, entries);
    const lines = traceValues(prepared, 'helm4').map(told);
    expect(lines).toEqual(expect.arrayContaining([...rows]));
  });

  test('a dependency that is off has no values', async () => {
    const prepared = await prepare({ ...shopChart, 'a.yaml': 'db:\n  enabled: false\n' }, ['a.yaml']);
    const db = traceValues(prepared, 'helm4').filter(({ path }) => path[0] === 'db');
    expect(db.map(told)).toEqual(['db.enabled=false a.yaml:2', 'db.port=1 charts/shop/values.yaml:6']);
  });

  test('what a Secret holds is masked wherever it lies', async () => {
    const { chart } = await prepare(shopChart, []);
    const layers = [
      { type: 'file', path: 'Secret/shop', text: 'tag: hidden\nlist: [hidden]\nhide: hidden\n', secret: true },
      { type: 'file', path: 'a.yaml', text: 'tag: plain\n' },
    ] as const;
    const rows = traceValues({ chart, layers, values: new Map() }, 'helm4');
    expect(JSON.stringify(rows)).not.toContain('hidden');
    expect(rows.map(told)).toContain('tag="plain" a.yaml:1 < Secret/shop:1 "***" < charts/shop/values.yaml:1 "v1"');
  });
});

/** Tables by file, each key on a line of its own. */
type Tree = { readonly [key: string]: Tree | number | string | null };
type Written = Readonly<Record<string, Tree>>;

type Leaf = fc.Arbitrary<number | string | null>;
const scalar: Leaf = fc.oneof(fc.nat(9), fc.constantFrom('x', 'y', 'z'));
/** A null in a chart hides the defaults of the charts below it, which is not told. */
const nullable: Leaf = fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(null) });
type Names = readonly [scalars: readonly string[], tables: readonly string[]];
/** What is a table in one file is one in all. */
const apart: Names = [
  ['a', 'b', 'c'],
  ['t', 'u'],
];
const mixed: Names = [
  ['a', 'b', 'c'],
  ['a', 'b', 'c'],
];
const tree = (leaf: Leaf, depth: number, names = apart): fc.Arbitrary<Tree> => {
  const scalars = fc.dictionary(fc.constantFrom(...names[0]), leaf, { minKeys: 1, maxKeys: 3 });
  if (depth === 0) return scalars;
  const tables = fc.dictionary(fc.constantFrom(...names[1]), tree(leaf, depth - 1, names), { maxKeys: 2 });
  return fc.tuple(scalars, tables, fc.boolean()).map(([a, b, first]) => (first ? { ...a, ...b } : { ...b, ...a }));
};
/** A null among globals deletes here and not there: importing gives a dependency its parent's once more. */
const root = (leaf: Leaf) => {
  const deep = tree(leaf, 1);
  const global = tree(scalar, 1);
  return fc.record({ a: leaf, b: leaf, t: deep, imported: deep, db: deep, cache: deep, global }, { requiredKeys: [] });
};
const charts: fc.Arbitrary<Written> = fc.record({
  'low.yaml': root(nullable),
  'middle.yaml': root(nullable),
  'high.yaml': root(nullable),
  'charts/shop/values.yaml': root(scalar),
  'charts/shop/charts/database/values.yaml': fc
    .tuple(tree(scalar, 1), tree(scalar, 1))
    .map(([values, global]) => ({ ...values, global })),
  'charts/shop/charts/cache/values.yaml': fc.record({ exported: tree(scalar, 1), global: tree(scalar, 1) }),
});
const clashes: fc.Arbitrary<Written> = fc.record({
  'low.yaml': tree(scalar, 2, mixed),
  'middle.yaml': tree(scalar, 2, mixed),
  'high.yaml': tree(scalar, 2, mixed),
  'charts/shop/values.yaml': tree(scalar, 2, mixed),
});
describe('the line that set a value', () => {
  test.each([
    ['through charts and globals', charts, 'helm4'],
    ['through charts and globals', charts, 'helm3'],
    ['where tables replace scalars', clashes, 'helm4'],
    ['where tables replace scalars', clashes, 'helm3'],
  ] as const)('is the one without which it is what it overrode, %s', async (_, fleets, compat) => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(fleets, async (written) => {
        checked += await checkRemovals(written, compat);
      }),
      { numRuns: fleets === charts ? 6 : 40 },
    );
    expect(checked).toBeGreaterThan(100);
  });
});

const layerFiles = ['low.yaml', 'middle.yaml', 'high.yaml'];

interface Lines {
  readonly text: string;
  /** Of each line the path of its key. */
  readonly paths: readonly (readonly string[])[];
}

function write(values: Tree): Lines {
  const rows: string[] = [];
  const paths: string[][] = [];
  const add = (table: Tree, path: readonly string[]): void => {
    for (const [key, value] of Object.entries(table)) {
      const isTable = typeof value === 'object' && value !== null;
      const empty = isTable && Object.keys(value).length === 0;
      rows.push(`${'  '.repeat(path.length)}${key}:${empty ? ' {}' : isTable ? '' : ` ${value}`}`);
      paths.push([...path, key]);
      if (isTable) add(value, [...path, key]);
    }
  };
  add(values, []);
  return { text: `${rows.join('\n')}\n`, paths };
}

function without(table: Tree, [step = '', ...rest]: readonly string[]): Tree {
  const { [step]: value, ...others } = table;
  if (rest.length === 0 || typeof value !== 'object' || value === null) return others;
  const inner = without(value, rest);
  return Object.keys(inner).length === 0 ? others : { ...table, [step]: inner };
}

const filesOf = (written: Written): Files => ({
  ...shopChart,
  ...Object.fromEntries(Object.entries(written).map(([name, values]) => [name, write(values).text])),
});

/** How many rows could be checked; none where Helm refuses the values. */
async function checkRemovals(written: Written, compat: Compat): Promise<number> {
  const whole = await seen(written, compat);
  if (whole === undefined) return 0;
  const rows = traceValues(await prepare(filesOf(written), layerFiles, compat), compat);
  const standing = new Map(rows.map(({ path, value }) => [JSON.stringify(path), value]));
  for (const [path, value] of leaves(whole)) expect(standing.get(JSON.stringify(path)), path.join('.')).toEqual(value);
  let checked = 0;
  for (const row of rows) {
    const { file = '', line = 0 } = row.place ?? {};
    const values = written[file];
    if (values === undefined || typeof row.value === 'object') continue;
    const own = write(values).paths[line - 1] as string[];
    expect(own.at(-1)).toBe(row.path.at(-1));
    const after = await seen({ ...written, [file]: without(values, own) }, compat);
    if (after === undefined) continue;
    checkAfter(row, after);
    checked += 1;
  }
  return checked;
}

function checkAfter({ path, overrode }: ValueRow, after: GoMap): void {
  const value = at(after, path);
  const found = value !== undefined && holdsSomething(value) ? value : undefined;
  const name = path.join('.');
  const [next] = overrode;
  const known = overrode.map((one) => one.value);
  // A table that lay over a scalar stays one for its other keys.
  const isAbove = overrode.some((one) => typeof one.value !== 'object' && one.path.length < path.length);
  if (next === undefined) expect(found, name).toBeUndefined();
  else if (found instanceof Map)
    expect(
      known.some((one) => typeof one === 'object' && one !== null),
      name,
    ).toBe(true);
  else if (isAbove || next.value === null) expect([undefined, ...known], name).toContainEqual(found && toJson(found));
  else expect(found === undefined ? undefined : toJson(found), name).toEqual(next.value);
}

/** What is made of nulls and empty tables has no line of its own. */
function holdsSomething(value: GoValue): boolean {
  return value instanceof Map ? value.values().some(holdsSomething) : value !== null;
}

async function seen(written: Written, compat: Compat): Promise<GoMap | undefined> {
  const { chart, values } = await prepare(filesOf(written), layerFiles, compat);
  try {
    return copyMap(rendered(chart, values, compat));
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

function at(values: GoMap, path: ValueRow['path']): GoValue | undefined {
  let value: GoValue | undefined = values;
  for (const step of path) value = value instanceof Map ? value.get(String(step)) : undefined;
  return value;
}

function leaves(values: GoMap, path: readonly string[] = []): [readonly string[], unknown][] {
  return [...values].flatMap(([key, value]): [readonly string[], unknown][] =>
    value instanceof Map && value.size > 0 ? leaves(value, [...path, key]) : [[[...path, key], toJson(value)]],
  );
}
