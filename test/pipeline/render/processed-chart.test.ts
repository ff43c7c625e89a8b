/** What Helm stores of a chart; test/contract/interchange.test.ts holds the same to real helm. */
import { describe, expect, test } from 'vitest';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { renderRelease } from '../../support/render-here.ts';

const named = (...lines: string[]) =>
  chartYaml('shop', `dependencies:\n${lines.map((line) => `- {${line}}\n`).join('')}`);
const db = (values = 'x: 1\n') => ({ 'charts/db/Chart.yaml': chartYaml('db'), 'charts/db/values.yaml': values });

async function processed(files: Record<string, string>) {
  using made = makeChart({ 'templates/x.yaml': '{{ $_ := set .Values "changed" 1 }}', ...files });
  // Twice: the second is made after the templates ran, and of a chart that is shared.
  const { processed: first } = structuredClone(await renderRelease(made.path));
  expect(structuredClone(await renderRelease(made.path)).processed).toEqual(first);
  return first;
}

describe('what is stored of a chart', () => {
  test.each<[string, Record<string, string>, unknown]>([
    ['no values where there is no file', {}, { values: null, dependencies: undefined }],
    ['empty ones where the file is empty', { 'values.yaml': '' }, { values: {}, dependencies: undefined }],
    [
      'its own values as they are, nulls too',
      { 'values.yaml': 'a: 1\nn: {b: null}\n' },
      { values: { a: 1, false: { b: null } } },
    ],
    [
      'its own alone where it names no dependency, whatever lies in charts/',
      { 'values.yaml': 'a: 1\n', ...db() },
      { values: { a: 1 }, dependencies: undefined },
    ],
    [
      'those of an enabled dependency with its own',
      { 'Chart.yaml': named('name: db, version: 1.0.0'), 'values.yaml': 'db: {own: 1}\nglobal: {g: 1}\n', ...db() },
      {
        values: { db: { own: 1, x: 1, global: { g: 1 } }, global: { g: 1 } },
        dependencies: [{ name: 'db', version: '1.0.0', enabled: true }],
      },
    ],
    [
      'an alias instead of the name, and what is imported as maps',
      {
        'Chart.yaml': named('name: db, version: 1.0.0, alias: store, import-values: [pub, {child: deep, parent: up}]'),
        ...db('exports: {pub: {p: 1}}\ndeep: {d: 1}\n'),
      },
      {
        values: { p: 1, up: { d: 1 }, store: { exports: { pub: { p: 1 } }, deep: { d: 1 }, global: {} } },
        dependencies: [
          {
            name: 'store',
            alias: 'store',
            version: '1.0.0',
            enabled: true,
            'import-values': [
              { child: 'exports.pub', parent: '.' },
              { child: 'deep', parent: 'up' },
            ],
          },
        ],
      },
    ],
    [
      'no dependency that is off',
      {
        'Chart.yaml': named('name: db, version: 1.0.0, condition: db.enabled'),
        'values.yaml': 'db: {enabled: false}\n',
        ...db(),
      },
      { values: { db: { enabled: false } }, dependencies: undefined },
    ],
  ])('%s', async (_sentence, files, expected) => {
    expect(await processed(files)).toMatchObject(expected as object);
  });
});
