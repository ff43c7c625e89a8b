/**
 * A small repository of test/fixtures/fleets as a folder of its own, and what the commands say of it. A fixture is:
 * files as in a repository, beside them `fixture.yaml` and `expected.txt`; `before/` holds what an earlier commit had
 * (its id replaces FIRST_COMMIT), `then/` what a later one has. `others/NAME` is another git repository (file://OTHERS/NAME,
 * http://GIT/NAME) with the tag v1.0.0 at COMMIT_OF_NAME, `served` a chart repository (http://CHARTS) and a registry
 * (oci://CHARTS) of the charts below it, DIGEST_OF_NAME-VERSION one's there. The charts of `.charts` are there for all.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import { mediaTypes } from '../../src/foundation/oci/media-types.table.ts';
import { type ChartRepository, indexOf, sha256, startRepository } from './chart-repository.ts';
import { git, temporaryFolder } from './git-repository.ts';
import type { ReleaseToInstall } from './install-as-helm.ts';
import { packChart } from './pack-chart.ts';
import { serveGit } from './serve-git.ts';

export const fixtures = join(import.meta.dirname, '..', 'fixtures', 'fleets');

export interface FleetFixture {
  /** What it is there for. */
  readonly about: string;
  /** Fields of the configuration, `repositories` and `clusters` excepted; `repository` has those of the repository. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly repository?: Readonly<Record<string, unknown>>;
  /** Further clusters, each an embedded one; one of `test` itself says more of that. */
  readonly clusters?: readonly (string | FixtureCluster)[];
  /** What lies in the cluster before. */
  readonly objects?: readonly unknown[];
  /** Releases that Helm has made there before, each of a chart of the repository. */
  readonly releases?: readonly ReleaseToInstall[];
  /** Symbolic links by their path, each with what it names. */
  readonly links?: Readonly<Record<string, string>>;
  /** Deployed by `once`, and planned again. */
  readonly deploy?: boolean;
  /** A kind whose objects are listed once the later commit is deployed. */
  readonly left?: string;
  /** What the later commit takes away. */
  readonly removed?: readonly string[];
  /** Looked at without a real cluster too. */
  readonly everyday?: boolean;
  /** Further commands whose answers are expected too. */
  readonly commands?: readonly string[];
}

export interface FixtureCluster {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface LaidOutFleet {
  readonly path: string;
  /** What its placeholders stand for; undefined where it serves none. */
  readonly servers: Readonly<Record<string, string | undefined>>;
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

/** All that a fixture's configuration has: `test` is always one. */
export function clustersOf({ clusters = [] }: Pick<FleetFixture, 'clusters'>): FixtureCluster[] {
  const given = clusters.map((one) => (typeof one === 'string' ? { name: one } : one));
  return given.some(({ name }) => name === 'test') ? given : [{ name: 'test' }, ...given];
}

const readFixture = (name: string): FleetFixture =>
  parse(readFileSync(join(fixtures, name, 'fixture.yaml'), 'utf8')) as FleetFixture;

/** `kubeconfig`: of the cluster `test`. */
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
  const { path: others, commits } = layOutOthers(join(from, 'others'), folder.path);
  const served = existsSync(others) ? await serveGit(others) : undefined;
  const placeholders = {
    'file://OTHERS': `file://${others}`,
    'http://GIT': served?.url ?? '',
    '://CHARTS': `://${charts?.host ?? ''}`,
    ...Object.fromEntries([...(charts?.digests ?? []), ...commits]),
  };
  cpSync(join(fixtures, '.charts'), join(fleet, 'charts'), { recursive: true });
  if (existsSync(join(from, 'before'))) {
    git(folder.path, 'init', '-q', '--initial-branch=main', fleet);
    copy('before');
    const first = commit(fleet);
    copy('');
    replaceIn(fleet, { ...placeholders, FIRST_COMMIT: first });
    commit(fleet);
  } else {
    copy('');
    replaceIn(fleet, placeholders);
  }
  makeLinks(fleet, fixture.links);
  const stack = new AsyncDisposableStack();
  const clusters = await Promise.all(
    clustersOf(fixture).map(async (cluster) => {
      if (cluster.name === 'test') return { ...cluster, kubeconfig };
      const kubeconfigPath = join(folder.path, `${cluster.name}.kubeconfig`);
      stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath }));
      return { ...cluster, kubeconfig: kubeconfigPath };
    }),
  );
  const repositories = [{ name: 'fleet', url: './fleet', path: 'apps', ...fixture.repository }];
  const config = { state: { namespace: 'fixtures-state' }, ...fixture.config, repositories, clusters };
  writeFileSync(join(folder.path, 'helm-gitops.config.yaml'), replaced(stringify(config), placeholders));
  return {
    path: folder.path,
    servers: {
      'http://CHARTS': charts?.url,
      'oci://CHARTS': charts && `oci://${charts.host}`,
      'http://GIT': served?.url,
    },
    fixture,
    hasThen: existsSync(join(from, 'then')),
    advance() {
      copy('then');
      for (const path of fixture.removed ?? []) rmSync(join(fleet, path), { recursive: true });
    },
    async remove() {
      await stack[Symbol.asyncDispose]();
      await charts?.[Symbol.asyncDispose]();
      await served?.[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}

function commit(folder: string): string {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Change');
  return git(folder, 'rev-parse', 'HEAD');
}

/** Each folder of it as a git repository with one commit, which is COMMIT_OF_NAME. */
function layOutOthers(from: string, folder: string): { readonly path: string; readonly commits: [string, string][] } {
  const path = join(folder, 'others');
  const names = existsSync(from) ? readdirSync(from) : [];
  const commits = names.map((name): [string, string] => {
    const repository = join(path, name);
    cpSync(join(from, name), repository, { recursive: true });
    git(repository, 'init', '-q', '--initial-branch=main', '.');
    const id = commit(repository);
    git(repository, 'tag', 'v1.0.0');
    return [`COMMIT_OF_${name}`, id];
  });
  return { path, commits };
}

interface ServedCharts extends ChartRepository {
  /** Of the manifests in the registry, by DIGEST_OF_NAME-VERSION. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Folders `NAME-VERSION`, each a chart. */
async function serveCharts(from: string): Promise<ServedCharts> {
  const repository = await startRepository();
  const digests = new Map<string, string>();
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
    digests.set(`DIGEST_OF_${folder}`, pushTo(repository, { name, version, archive }));
    const tags = listed[name].map((one) => one.version);
    repository.files.set(`/v2/${name}/tags/list`, JSON.stringify({ name, tags }));
  }
  repository.files.set('/index.yaml', indexOf(listed));
  return Object.assign(repository, { digests });
}

/** As a registry has it; returns the digest of its manifest. */
function pushTo(
  { files }: ChartRepository,
  { name, version, archive }: { readonly name: string; readonly version: string; readonly archive: Buffer },
): string {
  const keep = (bytes: Buffer, mediaType: string) => {
    const digest = `sha256:${sha256(bytes)}`;
    files.set(`/v2/${name}/blobs/${digest}`, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const config = keep(Buffer.from(JSON.stringify({ name, version })), mediaTypes.helmConfig);
  const layers = [keep(archive, mediaTypes.helmChart)];
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers }));
  const digest = `sha256:${sha256(manifest)}`;
  for (const reference of [version, digest]) files.set(`/v2/${name}/manifests/${reference}`, manifest);
  return digest;
}

function makeLinks(fleet: string, links: Readonly<Record<string, string>> = {}): void {
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(fleet, path)), { recursive: true });
    symlinkSync(target, join(fleet, path));
  }
}

function replaceIn(folder: string, words: Readonly<Record<string, string>>): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (name.endsWith('.yaml')) writeFileSync(path, replaced(readFileSync(path, 'utf8'), words));
  }
}

const replaced = (text: string, words: Readonly<Record<string, string>>): string =>
  Object.entries(words).reduce((all, [word, by]) => all.replaceAll(word, by), text);
