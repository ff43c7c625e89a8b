/** Two revisions of a repository, read and prepared, and which releases they differ in; offline their plans too. */
import type { Config } from '../../../config/config.ts';
import { placeName } from '../../../daemon/place-name.ts';
import type { Problem } from '../../../foundation/base/problem.ts';
import type { RepositoryConfig } from '../../../foundation/git/repository-config.ts';
import { type ChangedRelease, compareRevisions } from '../../../pipeline/compare-revisions.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import type { ReleaseDefinition } from '../../../pipeline/definitions/release-definition.ts';
import {
  type Comparison,
  foretellEmptied,
  foretellInstall,
  foretellRemoval,
} from '../../../pipeline/foretell-waiting.ts';
import type { Plan } from '../../../pipeline/plan/plan.ts';
import { previewOffline } from '../../../pipeline/preview-offline.ts';
import { shortRevision } from '../../../pipeline/source/checkout.ts';
import { fetchComparison } from '../../../pipeline/source/fetch-comparison.ts';
import { cacheFolderOf } from '../../../pipeline/source/fetch-revision.ts';
import { allProblems, type SyncInput } from '../../../pipeline/sync-revision.ts';
import { listChanges } from '../../../pipeline/values/describe-changes.ts';
import { cliError } from '../cli-error.ts';
import { readComparison } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { PlannedRelease } from './planned-release.ts';

export interface ComparedRelease {
  readonly prepared: PreparedRelease;
  readonly before?: PreparedRelease | undefined;
  readonly removal?: PlannedRelease['removal'];
  readonly values?: readonly string[];
  readonly sources?: readonly string[];
}

export interface ComparedReleases {
  readonly releases: readonly ComparedRelease[];
  /** Also those that are not affected. */
  readonly defined: readonly ReleaseDefinition[];
  /** Of the newer revision. */
  readonly problems: readonly Problem[];
  /** `3f2a1c9 against 1b2c3d4` */
  readonly revisions: string | undefined;
  /** What a person will be asked before it is carried out. */
  readonly foretell: (one: ComparedRelease, plan: Plan) => Pick<PlannedRelease, 'waits' | 'movesTo'>;
  readonly offline: (chosen: readonly ComparedRelease[]) => PlannedRelease[];
}

export interface CompareOptions {
  readonly commit: string | undefined;
  readonly base: string | undefined;
  readonly repository: string | undefined;
  readonly objectsOf: SyncInput['objectsOf'];
}

export async function compareReleases(
  line: CommandLine,
  config: Config,
  { commit, base, repository: named, objectsOf }: CompareOptions,
): Promise<ComparedReleases> {
  const repository = chooseRepository(config.repositories, named);
  const { environment, signal } = line;
  const { credentials } = config;
  const cacheFolder = cacheFolderOf(config);
  const fetched = await fetchComparison({
    ...{ repository, cacheFolder, credentials, environment, signal },
    ...{ commit, base },
  });
  const { before, after } = fetched;
  const [old, fresh] = await readComparison(line, config, { ...fetched, objectsOf });
  const changes = compareRevisions(old, fresh);
  const { changed, removed } = changes;
  const foretell = foretelling({ before: old, after: fresh, changes });
  return {
    releases: [...changed.map(withValues), ...removed.map(goneRelease)],
    defined: [...old.defined, ...fresh.defined],
    problems: allProblems(fresh),
    revisions: `${shortRevision(after.checkout.revision)} against ${shortRevision(before.checkout.revision)}`,
    foretell,
    offline: (chosen) =>
      chosen.map((one) => {
        const planned = planOffline(line, config, one);
        return { ...planned, ...foretell(one, planned.plan) };
      }),
  };
}

function foretelling(comparison: Comparison): ComparedReleases['foretell'] {
  return ({ prepared, before, removal }, plan) => {
    if (removal !== undefined) {
      const { waits, to } = foretellRemoval(comparison, prepared, plan);
      return { waits, movesTo: to && placeName(to) };
    }
    return {
      waits: before === undefined ? foretellInstall(comparison, prepared) : foretellEmptied(prepared, plan),
    };
  };
}

function chooseRepository(repositories: readonly RepositoryConfig[], named: string | undefined): RepositoryConfig {
  const known = repositories.map(({ name }) => name);
  const found = named === undefined ? repositories : repositories.filter(({ name }) => name === named);
  if (found.length === 1) return found[0] as RepositoryConfig;
  throw named === undefined
    ? cliError('cli.arguments', 'which repository is meant is not said', {
        hint: `--repository with one of ${known.join(', ')}`,
      })
    : cliError('cli.flag', `there is no repository "${named}"`, { hint: `there is ${known.join(', ')}` });
}

function withValues({ prepared, before }: ChangedRelease): ComparedRelease {
  if (before === undefined) return { prepared };
  const values = listChanges({ before: before.values, after: prepared.values, layers: prepared.layers });
  return { prepared, before, values, sources: sourcesMoved(before, prepared) };
}

/** Two versions of a chart may have one number: then what is rendered says what differs. */
function sourcesMoved(before: PreparedRelease, after: PreparedRelease): string[] {
  const named = ({ chart: { metadata } }: PreparedRelease) => `${metadata.name} ${metadata.version}`;
  const pinned = ({ definition: { pin } }: PreparedRelease) =>
    pin === undefined ? 'none' : shortRevision(pin.revision);
  const moved = (what: string, of: (one: PreparedRelease) => string) =>
    of(before) === of(after) ? [] : [`${what} ${of(before)}→${of(after)}`];
  const isSame = before.chart.metadata.name === after.chart.metadata.name;
  const version = isSame
    ? after.chart.metadata.version
    : `${after.chart.metadata.name} ${after.chart.metadata.version}`;
  const chart = named(before) === named(after) ? [] : [`chart ${named(before)}→${version}`];
  return [...chart, ...moved('revision', pinned)];
}

const goneRelease = (prepared: PreparedRelease): ComparedRelease => ({
  prepared,
  removal: prepared.definition.settings.onRemove,
});

function planOffline(
  line: CommandLine,
  config: Config,
  { prepared, before, removal, values, sources }: ComparedRelease,
): PlannedRelease {
  const { compat, kubeVersion } = config.helm;
  const sides = removal === undefined ? { before, after: prepared } : { before: prepared, after: undefined };
  const { plan, around } = previewOffline({ ...sides, compat, kubeVersion, now: line.now(), mask: line.mask });
  const { definition } = prepared;
  const goes = removal === 'keep' ? undefined : around;
  return { definition, plan, around: goes, causes: new Map(), removal, values, sources };
}
