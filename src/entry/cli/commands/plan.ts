/**
 * `plan`: what the daemon would do, object by object and field by field: now, for a branch or commit, or between two of
 * them; against the live clusters, or with `--offline` as rendered.
 */

import type { Config } from '../../../config/config.ts';
import { createRenderPool } from '../../../daemon/rendering/render-pool.ts';
import { asHelmGitopsError } from '../../../foundation/base/errors.ts';
import { createLimit } from '../../../foundation/base/in-parallel.ts';
import { formatProblem, type Problem } from '../../../foundation/base/problem.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../../pipeline/definitions/release-definition.ts';
import { failedProblems } from '../../../pipeline/failed-problems.ts';
import { foretellAdoption, foretellEmptied } from '../../../pipeline/foretell-waiting.ts';
import { freezePreview } from '../../../pipeline/freeze-release.ts';
import { previewRemoval } from '../../../pipeline/preview-removal.ts';
import { type Preview, type PreviewContext, previewRelease } from '../../../pipeline/preview-revision.ts';
import { nothingRendered } from '../../../pipeline/render/nothing-rendered.ts';
import { allProblems, type FailedRelease } from '../../../pipeline/sync-revision.ts';
import { objectsIn } from '../choose-prepared.ts';
import { cliError } from '../cli-error.ts';
import { type FleetClusters, openClusters } from '../open-clusters.ts';
import { type GlobalOptions, historiesOf, readConfig, readFleet } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { OutputFormat } from '../output-format.ts';
import { commentPlan, requestNumber } from '../plan/comment-plan.ts';
import { type ComparedReleases, compareReleases } from '../plan/compare-releases.ts';
import { planHtml } from '../plan/plan-html.ts';
import { type PlanHead, planMarkdown } from '../plan/plan-markdown.ts';
import { formatPlan } from '../plan/plan-table.ts';
import { isNothing, lookFirst, type PlannedRelease, planRow, summarize, summaryLine } from '../plan/planned-release.ts';
import { savePlans } from '../plan/saved-plans.ts';
import { rememberedState } from '../remembered-state.ts';
import type { CommandLine } from '../run-command-line.ts';
import { isChosen, type Selection, select } from '../select.ts';

export interface PlanOptions extends GlobalOptions, Selection {
  readonly output: OutputFormat | 'markdown' | 'html';
  readonly exitCode: boolean;
  /** Branch, tag or commit. */
  readonly commit: string | undefined;
  readonly base: string | undefined;
  /** Of which repository, where several are configured. */
  readonly repository: string | undefined;
  readonly offline: boolean;
  /** The number of the pull request that it is written beneath. */
  readonly comment: string | undefined;
  /** The file that it is saved in. */
  readonly save: string | undefined;
}

export async function plan(line: CommandLine, options: PlanOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const number = options.comment === undefined ? undefined : requestNumber(options.comment);
  if (options.save !== undefined && options.offline) throw cliError('cli.arguments', notOffline);
  const config = await readConfig(line, options, { definitionsOnly: options.offline });
  const clusters = options.offline ? undefined : await openClusters(line, config, stack);
  const isCompared = options.commit !== undefined || options.base !== undefined || options.offline;
  const compared = isCompared
    ? await compareReleases(line, config, { ...options, objectsOf: clusters && objectsIn(clusters, line) })
    : await currentReleases(line, config, clusters as FleetClusters);
  const problems: string[] = [];
  const onProblem = (problem: Problem) => {
    problems.push(formatProblem(problem));
    line.stderr.write(`error: ${problems.at(-1)}\n`);
  };
  compared.problems.forEach(onProblem);
  select(compared.defined, options, (definition) => definition);
  const chosen = compared.releases.filter(({ prepared }) => isChosen(prepared.definition, options));
  const planned = clusters
    ? await planLive(line, {
        config,
        clusters,
        chosen,
        stack,
        onProblem,
        ...compared,
        freezes: options.save !== undefined,
      })
    : compared.offline(chosen);
  const head = { revisions: compared.revisions, offline: options.offline, problems };
  line.stdout.write(formatPlans(planned, { ...options, head, isCompared }));
  const { repository } = options;
  if (number !== undefined) await commentPlan(line, config, { number, repository, text: planMarkdown(planned, head) });
  if (options.save !== undefined) await savePlans(line, options.save, planned);
  if (problems.length > 0) return 2;
  if (clusters?.isPartial) return 1;
  return options.exitCode && planned.some((one) => !isNothing(one)) ? 3 : 0;
}

async function currentReleases(line: CommandLine, config: Config, clusters: FleetClusters): Promise<ComparedReleases> {
  const fleet = await readFleet(line, config, { objectsOf: objectsIn(clusters, line) });
  return {
    releases: fleet.flatMap(({ releases }) => releases).map((prepared) => ({ prepared })),
    defined: fleet.flatMap(({ defined }) => defined),
    problems: fleet.flatMap(allProblems),
    revisions: undefined,
    foretell: ({ prepared }, plan) => ({ waits: foretellEmptied(prepared, plan) }),
    offline: () => [],
  };
}

const notOffline = '--save and --offline exclude each other: what is live is part of a saved plan';

interface LivePlanning {
  readonly config: Config;
  readonly clusters: FleetClusters;
  readonly chosen: ComparedReleases['releases'];
  readonly foretell: ComparedReleases['foretell'];
  readonly stack: AsyncDisposableStack;
  readonly onProblem: (problem: Problem) => void;
  /** To be saved. */
  readonly freezes: boolean;
}

/** Releases that are planned at once. */
const atOnce = 8;

async function planLive(
  line: CommandLine,
  { config, clusters, chosen, foretell, stack, onProblem, freezes }: LivePlanning,
): Promise<PlannedRelease[]> {
  const { compat, kubeVersion } = config.helm;
  const pool = stack.use(createRenderPool({ compat, kubeVersion, mask: line.mask }));
  const inTurn = createLimit(atOnce);
  const planOne = async (one: ComparedReleases['releases'][number]) => {
    const { prepared, removal, values, sources } = one;
    const { definition } = prepared;
    const client = clusters.find(definition.cluster);
    if (!client) return undefined;
    const found = await clusters.askFor(client, definitionId(definition), async () => {
      const known = await rememberedState(config, client, definition);
      const state = known === 'unread' ? undefined : known;
      const secretKeys = state?.deployed?.secretKeys ?? [];
      const history = historiesOf(line, config, { client, secretKeys });
      const context = { client, history, render: pool.render, signal: line.signal, mask: line.mask };
      const preview = removal === undefined ? previewRelease : previewGone;
      const made = await preview(context, prepared).catch(asFailed(definition));
      if (made === undefined || 'error' in made || known === 'unread') return made;
      const adoption = foretellAdoption(prepared, { base: made.base, state, own: config.state.namespace });
      const frozen = freezes && removal === undefined ? await freezePreview(context, made, secretKeys) : undefined;
      return { ...made, adoption, frozen };
    });
    if (found === undefined || 'error' in found) return found;
    const { plan, causes } = found;
    const foretold = foretell(one, plan);
    const waits = foretold.waits ?? ('adoption' in found ? found.adoption : undefined);
    const frozen = 'frozen' in found ? found.frozen : undefined;
    return { definition, plan, causes, removal, values, sources, ...foretold, waits, frozen };
  };
  const all = await Promise.all(chosen.map((one) => inTurn(() => planOne(one))));
  failedProblems(all.filter((one) => one !== undefined && 'error' in one)).forEach(onProblem);
  return all.filter((one) => one !== undefined && !('error' in one)) as PlannedRelease[];
}

/** What is wrong with one release keeps no other from being planned. */
function asFailed(definition: ReleaseDefinition): (thrown: unknown) => Pick<FailedRelease, 'definition' | 'error'> {
  return (thrown) => {
    const error = asHelmGitopsError(thrown);
    if (error.fault !== 'user') throw thrown;
    return { definition, error };
  };
}

async function previewGone(context: PreviewContext, prepared: PreparedRelease): Promise<Preview | undefined> {
  const plan = await previewRemoval(context, prepared);
  return plan && { prepared, plan, causes: new Map(), rendered: nothingRendered };
}

interface Formatting extends Pick<PlanOptions, 'output'> {
  readonly head: PlanHead;
  readonly isCompared: boolean;
}

function formatPlans(planned: readonly PlannedRelease[], { output, head, isCompared }: Formatting): string {
  if (output === 'markdown') return planMarkdown(planned, head);
  if (output === 'html') return planHtml(planned, head);
  if (output !== 'table') return formatListing(output, { rows: planned.map(planRow), columns: [], empty: '' });
  if (planned.length === 0 && head.problems.length > 0) return '';
  if (planned.length === 0) return isCompared ? 'no release is affected\n' : 'no releases are defined\n';
  const summary = isCompared ? summarize(planned).map((row) => `${summaryLine(row)}\n`) : [];
  const first = lookFirst(planned.filter((one) => !isNothing(one))).map((text) => `  ${text}\n`);
  const called = first.length === 0 ? [] : ['look at these first:\n', ...first, '\n'];
  return [...called, ...planned.map(formatPlan), ...(summary.length === 0 ? [] : ['\n', ...summary])].join('');
}
