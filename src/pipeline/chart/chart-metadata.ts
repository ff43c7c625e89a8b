/**
 * Chart.yaml as Helm reads and checks it (helm.md §4.1), and requirements.yaml of v1 charts on top of it. Takes text,
 * returns the metadata; throws a ChartFault with Helm's text. It never looks at other files.
 */
import { tryParseVersion } from '../../foundation/base/semver-constraint.ts';
import { quote } from '../../foundation/template/quote.ts';
import { isPrint } from '../../foundation/template/runes.ts';
import { GoError } from '../../foundation/template/value.ts';
import { readYamlTyped } from '../../foundation/yaml/read-yaml.ts';
import type { ChartDependency, ChartMetadata } from './chart.ts';
import { decodeStruct, type StructShape } from './decode-struct.ts';

/** A rule of Chart.yaml that is broken; `path` leads to the field. */
export class ChartFault extends GoError {
  readonly path: readonly (string | number)[];
  constructor(message: string, path: readonly (string | number)[]) {
    super(`validation: ${message}`);
    this.path = path;
  }
}

export const dependencyShape: StructShape = {
  type: 'Dependency',
  struct: {
    name: 'string',
    version: 'string',
    repository: 'string',
    condition: 'string',
    tags: { list: 'string' },
    enabled: 'bool',
    'import-values': { list: 'any' },
    alias: 'string',
  },
};

export const metadataShape: StructShape = {
  type: 'Metadata',
  struct: {
    name: 'string',
    home: 'string',
    sources: { list: 'string' },
    version: 'string',
    description: 'string',
    keywords: { list: 'string' },
    maintainers: { list: { type: 'Maintainer', struct: { name: 'string', email: 'string', url: 'string' } } },
    icon: 'string',
    apiVersion: 'string',
    condition: 'string',
    tags: 'string',
    appVersion: 'string',
    deprecated: 'bool',
    annotations: { mapOf: 'string' },
    kubeVersion: 'string',
    dependencies: { list: dependencyShape },
    type: 'string',
  },
};

/** As written, unchecked: what a chart without its apiVersion is, is decided by the caller. */
export type RawMetadata = Partial<{ -readonly [field in keyof ChartMetadata]: ChartMetadata[field] }>;

/** Lists in `text` replace those of `base`, as a second Unmarshal into one struct does. */
export function readMetadata(text: string, base: RawMetadata = {}, typesIn = 'chart'): RawMetadata {
  return { ...base, ...(decodeStruct(readYamlTyped(text), metadataShape, typesIn) as RawMetadata) };
}

/** Helm 4 reads this alone, before anything else of a chart. */
export function readApiVersion(text: string): string {
  const base: StructShape = { type: 'chartBase', struct: { apiVersion: 'string' } };
  return String(decodeStruct(readYamlTyped(text), base, 'loader')['apiVersion'] ?? '');
}

/** Cleans every text of characters that do not print, then checks the rules in Helm's order. */
export function checkMetadata(raw: RawMetadata): ChartMetadata {
  const metadata = sanitized(raw);
  const { name = '', version = '', type = '' } = metadata;
  if ((metadata.apiVersion ?? '') === '') throw new ChartFault('chart.metadata.apiVersion is required', ['apiVersion']);
  if (name === '') throw new ChartFault('chart.metadata.name is required', ['name']);
  if (name === '.' || name === '..')
    throw new ChartFault(`chart.metadata.name ${quote(name)} is not allowed`, ['name']);
  if (name !== baseName(name)) throw new ChartFault(`chart.metadata.name ${quote(name)} is invalid`, ['name']);
  if (version === '') throw new ChartFault('chart.metadata.version is required', ['version']);
  if (tryParseVersion(version) === undefined) {
    throw new ChartFault(`chart.metadata.version ${quote(version)} is invalid`, ['version']);
  }
  if (!['', 'application', 'library'].includes(type)) {
    throw new ChartFault('chart.metadata.type must be application or library', ['type']);
  }
  metadata.maintainers = metadata.maintainers?.map(checkMaintainer);
  metadata.dependencies = checkDependencies(metadata.dependencies);
  return metadata as ChartMetadata;
}

function sanitized(raw: RawMetadata): RawMetadata {
  const metadata = { ...raw };
  for (const field of [
    'name',
    'description',
    'home',
    'icon',
    'condition',
    'tags',
    'appVersion',
    'kubeVersion',
  ] as const) {
    const text = metadata[field];
    if (text !== undefined) metadata[field] = sanitize(text);
  }
  if (raw.sources !== undefined) metadata.sources = raw.sources.map(sanitize);
  if (raw.keywords !== undefined) metadata.keywords = raw.keywords.map(sanitize);
  return metadata;
}

type Maintainer = NonNullable<ChartMetadata['maintainers']>[number];

function checkMaintainer(maintainer: Maintainer | null, index: number): Maintainer {
  if (maintainer === null)
    throw new ChartFault('maintainers must not contain empty or null nodes', ['maintainers', index]);
  const { name = '', email = '', url = '' } = maintainer;
  return { name: sanitize(name), email: sanitize(email), url: sanitize(url) };
}

function checkDependencies(
  list: readonly (ChartDependency | null)[] | undefined,
): readonly ChartDependency[] | undefined {
  const seen = new Set<string>();
  return list?.map((dependency, index) => {
    const path = ['dependencies', index];
    if (dependency === null) throw new ChartFault('dependencies must not contain empty or null nodes', path);
    const clean = sanitizedDependency(dependency);
    const { name, alias = '' } = clean;
    if (alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
      throw new ChartFault(`dependency ${quote(name)} has disallowed characters in the alias`, [...path, 'alias']);
    }
    const key = alias === '' ? name : alias;
    if (seen.has(key)) throw new ChartFault(`more than one dependency with name or alias ${quote(key)}`, path);
    seen.add(key);
    return clean;
  });
}

function sanitizedDependency(dependency: ChartDependency): ChartDependency {
  const { version, repository, condition, tags } = dependency;
  return {
    ...dependency,
    name: sanitize(dependency.name ?? ''),
    ...(version === undefined ? {} : { version: sanitize(version) }),
    ...(repository === undefined ? {} : { repository: sanitize(repository) }),
    ...(condition === undefined ? {} : { condition: sanitize(condition) }),
    ...(tags === undefined ? {} : { tags: tags.map(sanitize) }),
  };
}

/** Go's unicode.IsSpace. */
const SPACES = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function sanitize(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  let clean = '';
  for (const char of text) {
    if (SPACES.test(char)) clean += ' ';
    else if (isPrint(char.codePointAt(0) ?? 0)) clean += char;
  }
  return clean;
}

/** Go's filepath.Base of a non-empty name. */
function baseName(name: string): string {
  const trimmed = name.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}
