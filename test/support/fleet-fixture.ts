/**
 * A small repository of test/fixtures/fleets as a folder of its own, and what the commands say of it. A fixture is:
 * files as in a repository, beside them `fixture.yaml` and `expected.txt`; `before/` holds what an earlier commit had
 * (its id replaces FIRST_COMMIT), `then/` what a later one has. The charts of `.charts` are there for all.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { git, temporaryFolder } from './git-repository.ts';

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
  readonly fixture: FleetFixture;
  readonly hasThen: boolean;
  /** The later commit. */
  advance(): void;
  remove(): void;
}

export const fixtureNames = (everydayOnly: boolean): string[] =>
  readdirSync(fixtures)
    .filter((name) => !name.startsWith('.') && (!everydayOnly || readFixture(name).everyday === true))
    .sort();

const readFixture = (name: string): FleetFixture =>
  parse(readFileSync(join(fixtures, name, 'fixture.yaml'), 'utf8')) as FleetFixture;

/** `kubeconfig` of the cluster that all its clusters are. */
export function layOutFleet(name: string, kubeconfig: string): LaidOutFleet {
  const from = join(fixtures, name);
  const fixture = readFixture(name);
  const folder = temporaryFolder();
  const fleet = join(folder.path, 'fleet');
  const copy = (part: string) => {
    const own = new Set(['fixture.yaml', 'expected.txt', 'before', 'then']);
    const filter = (path: string) => part !== '' || !own.has(path.slice(from.length + 1));
    cpSync(join(from, part), fleet, { recursive: true, filter });
  };
  cpSync(join(fixtures, '.charts'), join(fleet, 'charts'), { recursive: true });
  if (existsSync(join(from, 'before'))) {
    git(folder.path, 'init', '-q', '--initial-branch=main', fleet);
    copy('before');
    const first = commit(fleet);
    copy('');
    replaceIn(join(fleet, 'apps'), first);
    commit(fleet);
  } else copy('');
  const clusters = ['test', ...(fixture.clusters ?? [])].map((cluster) => ({ name: cluster, kubeconfig }));
  const repositories = [{ name: 'fleet', url: './fleet', path: 'apps', ...fixture.repository }];
  const config = { state: { namespace: 'fixtures-state' }, ...fixture.config, repositories, clusters };
  writeFileSync(join(folder.path, 'helm-gitops.config.yaml'), stringify(config));
  return {
    path: folder.path,
    fixture,
    hasThen: existsSync(join(from, 'then')),
    advance() {
      copy('then');
      for (const path of fixture.removed ?? []) rmSync(join(fleet, path), { recursive: true });
    },
    remove: folder.remove,
  };
}

function commit(folder: string): string {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Change');
  return git(folder, 'rev-parse', 'HEAD');
}

function replaceIn(folder: string, first: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!name.endsWith('.yaml')) continue;
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('FIRST_COMMIT', first));
  }
}
