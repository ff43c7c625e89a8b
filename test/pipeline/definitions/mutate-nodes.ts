/**
 * Definitions of Argo CD and Flux changed so that they stay YAML: values of another kind, fields renamed, moved, doubled or
 * gone. Where damage of the text is mostly a syntax error, this comes as far as the fields.
 */
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { damaged, flux } from './mutate-fleet.ts';

const argo = Object.fromEntries(['apps/argocd.yaml', 'apps/sets.yaml'].map((file) => [file, damaged[file] ?? '']));
const foreign: Readonly<Record<string, string>> = { ...argo, ...flux };

const values: readonly unknown[] = [
  ...[null, '', 0, -1, 1.5, true, [], {}, [null], [[]], { a: null }, 'x', 'true', '5m', '-5m', '1h30m', '~1', '>=1 <2'],
  ...[
    '../..',
    '/',
    '$values/../../x',
    '{{',
    '{{ .name }}',
    '{{ .path',
    '${x',
    '$ARGOCD_APP_NAME',
    'a/b',
    'a b',
    'A',
    '.',
  ],
  ...[
    'https://',
    'oci://x',
    'file:///etc',
    'git@h:p',
    'null',
    'HEAD',
    'v1',
    '*',
    '**',
    '[',
    'é'.repeat(300),
    'x'.repeat(70),
  ],
  ...[
    { name: 'x' },
    { kind: 'ConfigMap', name: 'settings' },
    { __proto__: null, constructor: 1 },
    ['a', { b: 1 }],
    1e300,
  ],
];
const names = ['name', 'kind', 'spec', 'Name', 'x', 'a.b', 'path', 'helm', 'values', 'constructor', 'toString', ''];

type Step = string | number;
const places = (value: unknown, path: readonly Step[] = []): Step[][] => [
  [...path],
  ...Object.entries((typeof value === 'object' && value) || {}).flatMap(([key, below]) =>
    places(below, [...path, Array.isArray(value) ? Number(key) : key]),
  ),
];

const part = fc.integer({ min: 0, max: 999_999 }).map((millionths) => millionths / 1_000_000);
const mutation = fc.record({
  where: part,
  other: part,
  how: fc.constantFrom('set', 'set', 'delete', 'rename', 'list', 'map', 'move', 'double'),
  value: fc.constantFrom(...values),
  name: fc.constantFrom(...names),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer One> ? One : never;

/** A file, what it says then, and what its own tool reads beside it. */
export const arbitraryMutation = fc
  .record({
    file: fc.constantFrom(...Object.keys(foreign)),
    mutations: fc.array(mutation, { minLength: 1, maxLength: 3 }),
  })
  .map(({ file, mutations }) => {
    const holder = { documents: parseAllDocuments(foreign[file] ?? '').map((one) => one.toJS() as unknown) };
    for (const one of mutations) mutate(holder, one);
    const text = holder.documents.map((one) => stringify(one)).join('---\n');
    return { file, text, beside: Object.hasOwn(flux, file) ? flux : argo };
  });

function mutate(holder: { readonly documents: unknown[] }, { where, other, how, value, name }: Mutation): void {
  const all = places(holder).slice(2);
  const path = all[Math.floor(where * all.length)];
  const last = path?.pop();
  if (path === undefined || last === undefined) return;
  const at = (steps: readonly Step[]) =>
    steps.reduce<unknown>((inside, step) => (inside as Record<Step, unknown>)[step], holder);
  const around = at(path) as Record<Step, unknown>;
  const own = structuredClone(around[last]);
  const put = (one: unknown) => {
    around[last] = one;
  };
  const set = {
    set: value,
    list: [own],
    map: { [name]: own },
    move: structuredClone(at(all[Math.floor(other * all.length)] ?? [])),
  };
  if (how in set) put(structuredClone(set[how as keyof typeof set]));
  else if (how === 'double') put(Array.isArray(own) ? [...own, ...own] : { ...(own as object), [name]: value });
  else if (Array.isArray(around)) around.splice(Number(last), 1);
  else {
    delete around[last];
    if (how === 'rename') around[name] = own;
  }
}
