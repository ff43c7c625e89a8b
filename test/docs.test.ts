/** The documents name what the program has: every field, every event, every error code. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { notYetInConfig } from '../src/config/not-yet.table.ts';
import { configFileSchema } from '../src/config/schema.ts';
import { eventLevels } from '../src/foundation/events/level.table.ts';
import {
  applicationSchema,
  defaultsDocumentSchema,
  environmentSchema,
  projectSchema,
} from '../src/pipeline/definitions/document-schema.ts';
import { argoApplicationSchema } from '../src/pipeline/definitions/foreign/argocd/application-schema.ts';
import { kustomizationFields } from '../src/pipeline/definitions/foreign/flux/kustomization-fields.table.ts';
import { kustomizationSchema } from '../src/pipeline/definitions/foreign/flux/kustomization-schema.ts';
import { releaseFields } from '../src/pipeline/definitions/foreign/flux/release-fields.table.ts';
import { helmReleaseSchema } from '../src/pipeline/definitions/foreign/flux/release-schema.ts';
import { settingsSchema } from '../src/pipeline/definitions/schema.ts';
import { compatibilityRow, compatibilityTables } from './support/compatibility-tables.ts';
import { schemaFields } from './support/schema-fields.ts';

const root = join(import.meta.dirname, '..');
const contract = readFileSync(join(root, 'docs/contract.md'), 'utf8');
const errors = readFileSync(join(root, 'docs/errors.md'), 'utf8');

/** A chapter's rows, by what stands in their first cell. */
function rowsOf(document: string, chapter: string): ReadonlyMap<string, string> {
  const text = chapter === '' ? document : (document.split(`\n## ${chapter}\n`)[1]?.split('\n## ')[0] ?? '');
  const rows = [...text.matchAll(/^\| `([^`]+)` \|.*$/gm)];
  return new Map(rows.map(([row, name = '']) => [name, row]));
}

/** Fields that hold no others: the paths of those that do are theirs. */
function leaves(fields: readonly { path: string }[]): string[] {
  const paths = fields.map(({ path }) => path);
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`)));
}

const settings = new Set(schemaFields(settingsSchema).map(({ path }) => path));
/** Every setting above, again. */
const repeated = (path: string) => settings.has(path.replace(/^spec\.(environments\.NAME\.|enforce\.)?/, ''));
const fixed = ['apiVersion', 'kind'];

test.each(globSync('docs/ci/*.yaml', { cwd: root }))('%s can be used as it is', (file) => {
  const data = parse(readFileSync(join(root, file), 'utf8'));
  if (file.endsWith('config.yaml')) configFileSchema.parse(data);
  else expect(JSON.stringify(data)).toMatch(/--config ci\.config\.yaml plan --offline --base .* --comment /);
});

test('every event is emitted somewhere', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !/events\/(event|level.table).ts$/.test(file));
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  expect(Object.keys(eventLevels).filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});

describe('docs/contract.md', () => {
  test.each([
    ['helm-gitops.config.yaml', leaves(schemaFields(configFileSchema, ['defaults']))],
    ['Settings', leaves(schemaFields(settingsSchema))],
    ['Application', leaves(schemaFields(applicationSchema)).filter((path) => !repeated(path))],
    ['Environment', leaves(schemaFields(environmentSchema)).filter((path) => !repeated(path))],
    ['Project', leaves(schemaFields(projectSchema))],
  ])('has a row for every field of %s', (chapter, paths) => {
    const rows = rowsOf(contract, chapter);
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !fixed.includes(path) && !rows.has(path))).toEqual([]);
  });

  test('says all there is to say about Defaults in a sentence', () => {
    const own = leaves(schemaFields(defaultsDocumentSchema, ['spec.environments'])).filter((path) => !repeated(path));
    expect(own).toEqual(['apiVersion', 'kind', 'metadata.name', 'spec.environments']);
  });

  test.each([
    ['helm-gitops.config.yaml', schemaFields(configFileSchema), ''],
    ['Settings', schemaFields(settingsSchema), ''],
    ['Application', schemaFields(applicationSchema), ''],
    ['Environment', schemaFields(environmentSchema), ''],
    ['Project', schemaFields(projectSchema), ''],
  ])('has no row in %s for a field that is gone', (chapter, fields) => {
    const known = new Set(fields.map(({ path }) => path));
    expect([...rowsOf(contract, chapter).keys()].filter((path) => !known.has(path))).toEqual([]);
  });

  test.each([
    ['helm-gitops.config.yaml', notYetInConfig.map(({ path }) => path)],
    ['Application', []],
    ['Environment', []],
    ['Settings', []],
  ])('marks in %s what this version cannot honour, and nothing else', (chapter, paths) => {
    const patterns = paths.map((path) => path.join('.'));
    const wrong = [...rowsOf(contract, chapter)].filter(([path, row]) => {
      const plain = path.replaceAll('[]', '.*').replaceAll('.NAME', '.*');
      const isNotYet = patterns.some((pattern) => plain === pattern || plain.startsWith(`${pattern}.`));
      return row.includes('**not yet**') !== isNotYet;
    });
    expect(wrong).toEqual([]);
  });

  test('lists every event with its level', () => {
    const listed = [...rowsOf(contract, 'Events')].map(([name, row]) => [name, row.split(' | ')[1]]);
    expect(Object.fromEntries(listed)).toEqual(eventLevels);
  });
});

describe('docs/errors.md', () => {
  const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const patterns = [
    /new HelmGitopsError\(\s*'([a-z-]+\.[a-z-]+)'/g,
    /\bcode: '([a-z-]+\.[a-z-]+)'/g,
    /^ {2}'([a-z-]+\.[a-z-]+)': \{\s*fault:/gm,
  ];
  const codes = new Set(
    sources.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code ?? ''))),
  );

  test('lists every code of the source', () => {
    const rows = rowsOf(errors, '');
    expect([...codes].filter((code) => !rows.has(code)).sort()).toEqual([]);
  });

  test('lists no code that is gone', () => {
    expect([...rowsOf(errors, '').keys()].filter((code) => !codes.has(code))).toEqual([]);
  });

  test('tells the fault as the code does', () => {
    const rows = rowsOf(errors, '');
    const thrown = sources.flatMap((text) => [
      ...text.matchAll(/new HelmGitopsError\(\s*'([a-z-]+\.[a-z-]+)',\s*'(\w+)',/g),
    ]);
    const wrong = thrown.filter(([, code = '', fault = '']) => !rows.get(code)?.split(' | ')[1]?.includes(fault));
    expect(wrong.map(([, code, fault]) => `${code} ${fault}`)).toEqual([]);
  });

  test('tells the fault as the tables do', () => {
    const rows = rowsOf(errors, '');
    const told = sources.flatMap((text) => [...text.matchAll(/^ {2}'([a-z-]+\.[a-z-]+)': \{\s*fault: '(\w+)'/gm)]);
    expect(told.length).toBeGreaterThan(50);
    expect(
      told.filter(([, code = '', fault]) => !rows.get(code)?.includes(`| ${fault} |`)).map(([, code]) => code),
    ).toEqual([]);
  });
});

/** A row for a field stands for what lies below it. */
const parents = (path: string): string[] => {
  const steps = path.split('.');
  return steps.slice(2).map((_, index) =>
    steps
      .slice(0, index + 2)
      .join('.')
      .replace(/\[\]$/, ''),
  );
};

describe('docs/compatibility.md', () => {
  const text = readFileSync(join(root, 'docs/compatibility.md'), 'utf8');

  test.each(Object.entries(compatibilityTables))(
    'says of %s what the code does (node scripts/write-compatibility.ts)',
    (chapter, fields) => {
      const written = text.split(`\n### ${chapter}\n`)[1]?.split('\n### ')[0] ?? '';
      const rows = [...written.matchAll(/^\| `.*$/gm)].map(([row]) => row);
      expect(rows).toEqual(fields.map(compatibilityRow));
    },
  );

  test('has a row for every field that is read', () => {
    const rows = new Set(Object.values(compatibilityTables).flatMap((fields) => fields.map(({ field }) => field)));
    const read = leaves(schemaFields(argoApplicationSchema))
      .map((path) => path.replace('spec.sources[]', 'spec.source').replace(/\.NAME$/, ''))
      .filter((path) => !rows.has(path) && !rows.has(`${path}[]`) && !rows.has(`${path}.NAME`));
    expect(read).toEqual([]);
    const known = new Set([...releaseFields, ...kustomizationFields].map(({ field }) => field));
    const ofFlux = [...leaves(schemaFields(helmReleaseSchema)), ...leaves(schemaFields(kustomizationSchema))]
      .map((path) => path.replace(/\.NAME$/, ''))
      .filter((path) => ![path, `${path}[]`, `${path}.NAME`, ...parents(path)].some((one) => known.has(one)));
    expect(ofFlux).toEqual([]);
  });
});
