/** `promote`: gives one environment the version of another in git, by editing its own values files. */
import type { Config } from '../../../config/config.ts';
import type { ReleaseState } from '../../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { whyNotHealthy } from '../../../pipeline/promote/gates.ts';
import { type Promotion, promoteError, promoteVersion } from '../../../pipeline/promote-version.ts';
import { cacheFolderOf } from '../../../pipeline/source/fetch-revision.ts';
import { type Written, writeRevision } from '../../../pipeline/source/write-revision.ts';
import type { SyncedRevision } from '../../../pipeline/sync-revision.ts';
import { showLines } from '../../../pipeline/values/describe-changes.ts';
import type { RanImage } from '../../../pipeline/values/pin-images.ts';
import { cliError } from '../cli-error.ts';
import { openClusters } from '../open-clusters.ts';
import { type GlobalOptions, imagesOfFound, readConfig, readFleet, readStates } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface PromoteOptions extends GlobalOptions {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  readonly keys: readonly string[];
  readonly dryRun: boolean;
  /** Even where the source does not run it. */
  readonly force: boolean;
}

/** How often a lost race is run again. */
const attempts = 5;

export async function promote(line: CommandLine, options: PromoteOptions): Promise<number> {
  const config = await readConfig(line, options);
  let running: Running = {};
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const fleet = await readFleet(line, config);
    const { source, target, revision } = choose(fleet, options);
    const isPinned = target.definition.settings.promotion.pin === 'digest';
    if (attempt === 1 && (isPinned || !options.force))
      running = await lookAtSource(line, config, { source, isPinned, force: options.force });
    const { keys } = options;
    const { compat } = config.helm;
    const { ran, images } = running;
    const promotion = await promoteVersion({ source, target, defined: revision.defined, keys, compat, ran, images });
    if (promotion.edits.length === 0) {
      line.stdout.write(`${promotion.id}: nothing to do, ${options.to} has what ${options.from} has\n`);
      return 0;
    }
    if (attempt === 1) line.stdout.write(formatPromotion(promotion));
    if (options.dryRun) return 0;
    const written = await write(line, config, { promotion, target });
    if (written.type === 'moved') continue;
    line.stdout.write(
      written.type === 'pushed'
        ? `committed ${written.commit.slice(0, 7)} to ${written.branch}\n`
        : 'edited in the working tree; commit it when it is right\n',
    );
    return 0;
  }
  const message = `the branch moved on ${attempts} times while ${options.app} was promoted`;
  throw promoteError('promote.lost-race', message, 'try again in a moment');
}

interface Chosen {
  readonly source: PreparedRelease;
  readonly target: PreparedRelease;
  readonly revision: SyncedRevision;
}

function choose(fleet: readonly SyncedRevision[], { app, from, to }: PromoteOptions): Chosen {
  const find = (environment: string) => {
    for (const revision of fleet)
      for (const prepared of revision.releases)
        if (prepared.definition.app === app && prepared.definition.environment === environment)
          return { prepared, revision };
    const failed = fleet
      .flatMap((one) => one.failed)
      .find(({ definition }) => definition.app === app && definition.environment === environment);
    if (failed) throw failed.error;
    const known = fleet.flatMap(({ defined }) => defined).filter((one) => one.app === app);
    throw known.length === 0
      ? cliError('cli.unknown-application', `there is no application "${app}"`)
      : cliError('cli.nothing-chosen', `${app} is not in environment "${environment}"`, {
          hint: `it is in ${known.map((one) => one.environment).join(', ')}`,
        });
  };
  const [source, target] = [find(from), find(to)];
  return { source: source.prepared, target: target.prepared, revision: target.revision };
}

interface Running {
  /** What is remembered of the source. */
  readonly ran?: ReleaseState | undefined;
  /** That it runs, where they are asked for. */
  readonly images?: readonly RanImage[];
}

interface SourceQuestion {
  readonly source: PreparedRelease;
  readonly isPinned: boolean;
  readonly force: boolean;
}

/** What was never seen healthy is not passed on. */
async function lookAtSource(
  line: CommandLine,
  config: Config,
  { source, isPinned, force }: SourceQuestion,
): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const { app, environment, cluster } = source.definition;
  const own = { ...config, clusters: config.clusters.filter(({ name }) => name === cluster) };
  const clusters = await openClusters(line, own, stack);
  const states = await readStates(line, own, clusters);
  const found = states.find(({ state: { identity } }) => identity.app === app && identity.environment === environment);
  const state = found?.state;
  const hint = '--force promotes what git says all the same';
  const refuse = (why: string) =>
    promoteError('promote.not-healthy', `${definitionId(source.definition)} ${why}`, hint);
  if (state === undefined && clusters.isPartial && !force)
    throw refuse('cannot be looked at: its cluster does not answer');
  const why = whyNotHealthy({ state, digest: source.digest });
  if (why !== undefined && !force) throw refuse(why);
  return {
    ran: state,
    ...(isPinned ? { images: await imagesOfFound(line, found, state?.deployed?.helmRevision) } : {}),
  };
}

interface Writing {
  readonly promotion: Promotion;
  readonly target: PreparedRelease;
}

async function write(line: CommandLine, config: Config, { promotion, target }: Writing): Promise<Written> {
  const { checkout } = target;
  const repository = config.repositories.find(({ name }) => name === checkout.repository);
  if (repository === undefined) throw new Error(`the repository ${checkout.repository} is not configured`);
  const { environment, signal } = line;
  const { credentials } = config;
  return writeRevision({
    ...{ repository, credentials, environment, signal, checkout, files: promotion.files },
    cacheFolder: cacheFolderOf(config),
    message: promotion.message,
    now: line.now(),
  });
}

function formatPromotion({ id, edits, changes }: Promotion): string {
  const lines = edits.flatMap(({ path, removed, added }, at) => [
    `  ${changes[at] ?? ''}`,
    ...showLines(path, removed).map((text) => `    -${text}`),
    ...showLines(path, added).map((text) => `    +${text}`),
  ]);
  return `${[`${id}:`, ...lines].join('\n')}\n`;
}
