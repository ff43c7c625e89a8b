/**
 * A small repository of test/fixtures/fleets as a folder of its own, and what the commands say of it. A fixture is:
 * files as in a repository, beside them `fixture.yaml` and `expected.txt`; `before/` holds what an earlier commit had
 * (its id replaces FIRST_COMMIT), `then/` what a later one has. `others/NAME` is another git repository (file://OTHERS/NAME),
 * `served` a chart repository (http://CHARTS) of the charts below it. The charts of `.charts` are there for all.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type ChartRepository, indexOf, sha256, startRepository } from './chart-repository.ts';
import { git, temporaryFolder } from './git-repository.ts';
import type { ReleaseToInstall } from './install-as-helm.ts';
import { packChart } from './pack-chart.ts';

export const fixtures = join(import.meta.dirname, '..', 'fixtures', 'fleets');

export interface FleetFixture {
  /** What it is there for. */
  readonly about: string;
  /** Fields of the configuration, `repositories` and `clusters` excepted; `repository` has those of the repository. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly repository?: Readonly<Record<string, unknown>>;
  /** More names for the same cluster. */
  readonly clusters?: readonly string[];
  /** What lies in the cluster before. */
  readonly objects?: readonly unknown[];
  /** Releases that Helm has made there before, each of a chart of the repository. */
  readonly releases?: readonly ReleaseToInstall[];
  /** Symbolic links by their path, each with what it names. */
  readonly links?: Readonly<Record<string, string>>;
  /** Deployed by `once`, and planned again. */
  readonly deploy?: boolean;
  /** What the later commit takes away. */
  readonly removed?: readonly string[];
  /** Looked at without a real cluster too. */
  readonly everyday?: boolean;
  /** Further commands whose answers are expected too. */
  readonly commands?: readonly string[];
}

export interface LaidOutFleet {
  readonly path: string;
  /** Where its charts are served; undefined where it serves none. */
  readonly charts: string | undefined;
  readonly fixture: FleetFixture;
  readonly hasThen: boolean;
  /** The later commit. */
  advance(): void;
  remove(): Promise<void>;
}

export const fixtureNames = (everydayOnly: boolean): string[] =>
  readdirSync(fixtures)
    .filter((name) => !name.startsWith('.') && (!everydayOnly || readFixture(name).everyday === true))
    .sort();

const readFixture = (name: string): FleetFixture =>
  parse(readFileSync(join(fixtures, name, 'fixture.yaml'), 'utf8')) as FleetFixture;

/** `kubeconfig` of the cluster that all its clusters are. */
export async function layOutFleet(name: string, kubeconfig: string): Promise<LaidOutFleet> {
  const from = join(fixtures, name);
  const fixture = readFixture(name);
  const folder = temporaryFolder();
  const fleet = join(folder.path, 'fleet');
  const copy = (part: string) => {
    const own = new Set(['fixture.yaml', 'expected.txt', 'before', 'then', 'others', 'served']);
    const filter = (path: string) => part !== '' || !own.has(path.slice(from.length + 1));
    cpSync(join(from, part), fleet, { recursive: true, filter });
  };
  const charts = existsSync(join(from, 'served')) ? await serveCharts(join(from, 'served')) : undefined;
  const others = layOutOthers(join(from, 'others'), folder.path);
  const placeholders = { 'file://OTHERS': `file://${others}`, 'http://CHARTS': charts?.url ?? '' };
  cpSync(join(fixtures, '.charts'), join(fleet, 'charts'), { recursive: true });
  if (existsSync(join(from, 'before'))) {
    git(folder.path, 'init', '-q', '--initial-branch=main', fleet);
    copy('before');
    const first = commit(fleet);
    copy('');
    replaceIn(join(fleet, 'apps'), { ...placeholders, FIRST_COMMIT: first });
    commit(fleet);
  } else {
    copy('');
    replaceIn(join(fleet, 'apps'), placeholders);
  }
  makeLinks(fleet, fixture.links);
  const clusters = ['test', ...(fixture.clusters ?? [])].map((cluster) => ({ name: cluster, kubeconfig }));
  const repositories = [{ name: 'fleet', url: './fleet', path: 'apps', ...fixture.repository }];
  const config = { state: { namespace: 'fixtures-state' }, ...fixture.config, repositories, clusters };
  writeFileSync(join(folder.path, 'helm-gitops.config.yaml'), stringify(config));
  return {
    path: folder.path,
    charts: charts?.url,
    fixture,
    hasThen: existsSync(join(from, 'then')),
    advance() {
      copy('then');
      for (const path of fixture.removed ?? []) rmSync(join(fleet, path), { recursive: true });
    },
    async remove() {
      await charts?.[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}

function commit(folder: string): string {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Change');
  return git(folder, 'rev-parse', 'HEAD');
}

/** Each folder of it as a git repository with one commit. */
function layOutOthers(from: string, folder: string): string {
  const others = join(folder, 'others');
  for (const name of existsSync(from) ? readdirSync(from) : []) {
    cpSync(join(from, name), join(others, name), { recursive: true });
    git(join(others, name), 'init', '-q', '--initial-branch=main', '.');
    commit(join(others, name));
  }
  return others;
}

/** Folders `NAME-VERSION`, each a chart. */
async function serveCharts(from: string): Promise<ChartRepository> {
  const repository = await startRepository();
  const listed: Record<string, { version: string; digest: string }[]> = {};
  for (const folder of readdirSync(from)) {
    const [, name = '', version = ''] = /^(.*)-(\d.*)$/.exec(folder) ?? [];
    const paths = readdirSync(join(from, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\./.test(path),
    );
    const archive = await packChart(
      Object.fromEntries(paths.map((path) => [`${name}/${path}`, readFileSync(join(from, folder, path), 'utf8')])),
    );
    repository.files.set(`/${folder}.tgz`, archive);
    listed[name] = [...(listed[name] ?? []), { version, digest: sha256(archive) }];
  }
  repository.files.set('/index.yaml', indexOf(listed));
  return repository;
}

function makeLinks(fleet: string, links: Readonly<Record<string, string>> = {}): void {
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(fleet, path)), { recursive: true });
    symlinkSync(target, join(fleet, path));
  }
}

function replaceIn(folder: string, replaced: Readonly<Record<string, string>>): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!name.endsWith('.yaml')) continue;
    let text = readFileSync(path, 'utf8');
    for (const [word, by] of Object.entries(replaced)) text = text.replaceAll(word, by);
    writeFileSync(path, text);
  }
}
