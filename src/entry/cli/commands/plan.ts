/**
 * `plan`: what the daemon would do, object by object and field by field: now, for a branch or commit, or between two of
 * them; against the live clusters, or with `--offline` as rendered.
 */
import { formatProblem, type Problem } from '../../../foundation/base/problem.ts';
import type { ReleaseDefinition } from '../../../pipeline/definitions/release-definition.ts';
import { cliError, notInEnvironment } from '../cli-error.ts';
import { type GlobalOptions, readConfig } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { OutputFormat } from '../output-format.ts';
import { compareReleases } from '../plan/compare-releases.ts';
import { maskPlanned } from '../plan/mask-planned.ts';
import { planHtml } from '../plan/plan-html.ts';
import type { LivePlanning } from '../plan/plan-live.ts';
import { type PlanHead, planMarkdown } from '../plan/plan-markdown.ts';
import { formatPlan } from '../plan/plan-table.ts';
import { isNothing, lookFirst, type PlannedRelease, planRow, summarize, summaryLine } from '../plan/planned-release.ts';
import { savePlans } from '../plan/saved-plans.ts';
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
  const comments = options.comment === undefined ? undefined : await import('../plan/comment-plan.ts');
  const number = comments?.requestNumber(options.comment ?? '');
  if (options.save !== undefined && options.offline) throw cliError('cli.arguments', notOffline);
  const config = await readConfig(line, options, { definitionsOnly: options.offline });
  // Against no cluster half of the program isn't needed, which would take a fifth of a second to load.
  const live = options.offline ? undefined : await (await import('../plan/plan-live.ts')).openLive(line, config, stack);
  const isCompared = options.commit !== undefined || options.base !== undefined || options.offline;
  const compared = isCompared
    ? await compareReleases(line, config, { ...options, objectsOf: live?.objectsOf })
    : await (live as LivePlanning).currentReleases();
  const problems: string[] = [];
  const onProblem = (problem: Problem) => {
    problems.push(line.mask?.text(formatProblem(problem)) ?? formatProblem(problem));
    line.stderr.write(`error: ${problems.at(-1)}\n`);
  };
  compared.problems.forEach(onProblem);
  refuseNothing(compared.defined, options);
  const chosen = compared.releases.filter(({ prepared }) => isChosen(prepared.definition, options));
  const found =
    live === undefined
      ? compared.offline(chosen)
      : await live.plan({ ...compared, chosen, onProblem, freezes: options.save !== undefined });
  const planned = found.map((one) => maskPlanned(one, line.mask));
  const head = { revisions: compared.revisions, offline: options.offline, problems };
  line.stdout.write(formatPlans(planned, { ...options, head, isCompared }));
  const { repository } = options;
  if (number !== undefined)
    await comments?.commentPlan(line, config, { number, repository, text: planMarkdown(planned, head) });
  if (options.save !== undefined) await savePlans(line, options.save, planned);
  if (problems.length > 0) return 2;
  if (live?.isPartial) return 1;
  return options.exitCode && planned.some((one) => !isNothing(one)) ? 3 : 0;
}

/** A name that fits nothing is a typing mistake, and no plan without changes. */
function refuseNothing(defined: readonly ReleaseDefinition[], options: Selection): void {
  const { apps, environment } = options;
  const found = select(defined, options, (definition) => definition);
  const known = defined.filter((one) => isChosen(one, { apps, environment: undefined }));
  if (found.length > 0 || known.length === 0 || environment === undefined) return;
  throw notInEnvironment(
    options,
    known.map((one) => one.environment),
  );
}

const notOffline = '--save and --offline exclude each other: what is live is part of a saved plan';

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
