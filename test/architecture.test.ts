import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(src, name));
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const imports = files.flatMap(importsOf);

/** What each place may import, beside what lies in its own folder. The first rule that fits a file counts. */
const rules: readonly { place: RegExp; may: readonly RegExp[] }[] = [
  { place: /^main\.ts$/, may: [/^entry\/cli\//] },
  { place: /^app\.ts$/, may: [/./] },
  {
    place: /^entry\/cli\//,
    may: [
      /^app\.ts$/,
      /^entry\/cli\//,
      /^daemon\//,
      /^pipeline\//,
      /^config\//,
      /^report\//,
      /^embedded\/start-embedded-cluster\.ts$/,
      /^foundation\//,
    ],
  },
  {
    place: /^entry\/http\//,
    may: [/^daemon\/control\.ts$/, /^report\/metrics-sink\.ts$/, /^foundation\/(base|events|history)\//],
  },
  {
    place: /^daemon\//,
    may: [
      /^daemon\//,
      /^pipeline\//,
      /^config\/config\.ts$/,
      /^foundation\//,
      /^embedded\/start-embedded-cluster\.ts$/,
    ],
  },
  { place: /^report\//, may: [/^foundation\/(events|base)\//] },
  {
    place: /^config\//,
    may: [/^pipeline\/definitions\/(schema|parse-definitions|locate-settings)\.ts$/, /^foundation\//],
  },
  { place: /^embedded\//, may: [/^embedded\//, /^foundation\/(fields|manifest|x509|base|yaml|cel)\//] },
  { place: /^pipeline\/[^/]+\.ts$/, may: [/^pipeline\//, /^foundation\//] },
  { place: /^pipeline\//, may: [/^foundation\//] },
  { place: /^foundation\/(template|base|events)\//, may: [/^foundation\/base\//] },
  { place: /^foundation\/(yaml|manifest)\//, may: [/^foundation\/(base|template|yaml|manifest)\//] },
  { place: /^foundation\/x509\//, may: [/^foundation\/base\//] },
  { place: /^foundation\/values\//, may: [/^foundation\/(base|template|yaml|manifest|document)\//] },
  { place: /^foundation\/json-schema\//, may: [/^foundation\/(base|template|yaml|manifest|values)\//] },
  { place: /^foundation\/fields\//, may: [/^foundation\/(base|manifest|yaml)\//] },
  { place: /^foundation\/cel\//, may: [/^foundation\/(base|fields)\//] },
  { place: /^foundation\/(document|git)\//, may: [/^foundation\/base\//] },
  {
    place: /^foundation\/cluster\//,
    may: [/^foundation\/(base|manifest|yaml)\//, /^foundation\/http\/find-proxy\.ts$/],
  },
  { place: /^foundation\/credentials\//, may: [/^foundation\/(base|git|yaml)\//] },
  { place: /^foundation\/(archive|content-store|openpgp)\//, may: [/^foundation\/base\//] },
  { place: /^foundation\/secrets\//, may: [/^foundation\/(base|manifest|yaml|events|cluster)\//] },
  { place: /^foundation\/http\//, may: [/^foundation\/(base|credentials)\//] },
  { place: /^foundation\/forge\//, may: [/^foundation\/(base|credentials|git|http)\//] },
  { place: /^foundation\/oci\//, may: [/^foundation\/(base|credentials|http)\//] },
  { place: /^foundation\/(history|state)\//, may: [/^foundation\/(base|manifest|yaml|cluster)\//] },
];

/** Stages in the order of the work: a stage may import the types of the earlier ones. */
const stages = [
  'source',
  'definitions',
  'chart',
  'values',
  'render',
  'plan',
  'apply',
  'observe',
  'checks',
  'remediate',
  'promote',
  'takeover',
];
/** Functions that a later stage and an earlier one share, each with its reason. */
const shared: Readonly<Record<string, string>> = {
  'pipeline/chart/metadata-fields.table.ts': 'a template prints a chart in the order in which it is packed',
  'pipeline/apply/keep-live-fields.ts': 'a plan must foresee which fields an apply leaves alone',
  'pipeline/plan/ownership.ts': 'an apply and an uninstall ask the same question as the plan',
  'pipeline/plan/place-objects.ts': 'uninstall places recorded objects as the plan does',
};

describe('architecture', () => {
  test('imports only point down', () => {
    const wrong = imports
      .filter(({ from, to, typeOnly }) => !isAllowed(from, to, typeOnly))
      .map(({ from, to }) => `${from} → ${to}`);
    expect(wrong).toEqual([]);
  });

  test('no file is in an import cycle at run time', () => {
    expect(cycles(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  test('files stop at 300 lines, grammar at 500', () => {
    const grammar = /^(foundation\/(template|yaml)\/)/;
    const long = files
      .map((file) => ({ name: relative(src, file), lines: (texts.get(file) ?? '').split('\n').length - 1 }))
      .filter(({ name, lines }) => !/\.table\.tsx?$/.test(name) && lines > (grammar.test(name) ? 500 : 300))
      .map(({ name, lines }) => `${name}: ${lines}`);
    expect(long).toEqual([]);
  });

  test('names are kebab-case and say what they hold', () => {
    const banned = /(^|[-/])(utils?|helpers?|misc|common|manager|index)([-.]|$)|impl\./i;
    const names = files.map((file) => relative(src, file));
    expect(
      names.filter((name) => banned.test(name) || !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.table)?\.tsx?$/.test(name)),
    ).toEqual([]);
  });

  test('only main.ts touches the process, and nothing writes to the console', () => {
    const wrong = files
      .map((file) => ({ name: relative(src, file), text: texts.get(file) ?? '' }))
      .filter(
        ({ name, text }) =>
          name !== 'main.ts' &&
          !name.startsWith('entry/http/page/') &&
          /\bprocess\.(env|exit|argv|std)|\bconsole\.\w+\(/.test(withoutComments(text)),
      )
      .map(({ name }) => name);
    expect(wrong).toEqual([]);
  });

  test('only foundation/git runs git and only foundation/cluster speaks to clusters', () => {
    const only: readonly [RegExp, RegExp][] = [
      [/['"]simple-git['"]/, /^foundation\/git\//],
      [/['"]@kubernetes\/client-node['"]/, /^foundation\/cluster\//],
      [/['"]winston['"]/, /^report\//],
    ];
    const wrong = only.flatMap(([needle, place]) =>
      files
        .map((file) => relative(src, file))
        .filter((name) => needle.test(texts.get(join(src, name)) ?? '') && !place.test(name)),
    );
    expect(wrong).toEqual([]);
  });
});

function importsOf(file: string): Import[] {
  const text = texts.get(file) ?? '';
  const ast = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as {
    body: Record<string, unknown>[];
  };
  const found: Import[] = [];
  for (const node of ast.body) {
    const source = (node['source'] as { value?: string } | null | undefined)?.value;
    if (!source?.startsWith('.')) continue;
    const specifiers = (node['specifiers'] as { importKind?: string; exportKind?: string }[] | undefined) ?? [];
    const kind = node['importKind'] ?? node['exportKind'];
    const typeOnly =
      kind === 'type' ||
      (specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === 'type'));
    found.push({ from: relative(src, file), to: relative(src, join(dirname(file), source)), typeOnly });
  }
  for (const [, source = ''] of withoutComments(text).matchAll(/\bimport\(['"](\.[^'"]+)['"]\)/g)) {
    found.push({ from: relative(src, file), to: relative(src, join(dirname(file), source)), typeOnly: true });
  }
  return found;
}

function isAllowed(from: string, to: string, typeOnly: boolean): boolean {
  if (dirname(from) === dirname(to) || dirname(to).startsWith(`${dirname(from)}/`))
    return (
      !/^(pipeline|src)$/.test(dirname(from)) ||
      rules.some(({ place, may }) => place.test(from) && may.some((one) => one.test(to)))
    );
  const [fromStage, toStage] = [stageOf(from), stageOf(to)];
  if (fromStage !== undefined && toStage !== undefined) {
    if (fromStage === toStage || to in shared) return true;
    return typeOnly && toStage < fromStage;
  }
  if (fromStage !== undefined && to === 'pipeline/context.ts') return false;
  const template = /^foundation\/template\/value\.ts$/;
  if (from.startsWith('foundation/') && template.test(to)) return true;
  const rule = rules.find(({ place }) => place.test(from));
  return rule?.may.some((one) => one.test(to)) ?? false;
}

function stageOf(file: string): number | undefined {
  const stage = /^pipeline\/([^/]+)\//.exec(file)?.[1];
  return stage === undefined ? undefined : stages.indexOf(stage);
}

function cycles(edges: readonly Import[]): string[][] {
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) graph.set(from, [...(graph.get(from) ?? []), to]);
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(path.slice(path.indexOf(file)));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...path, next]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, [file]);
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
