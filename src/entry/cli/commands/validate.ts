/** `validate`: reads definitions, charts and values as the daemon would, without a cluster. */
import { randomBytes } from 'node:crypto';
import type { Config } from '../../../config/config.ts';
import { asHelmGitopsError } from '../../../foundation/base/errors.ts';
import { formatProblem } from '../../../foundation/base/problem.ts';
import { offlineSources } from '../../../pipeline/chart/chart-sources.ts';
import { checkRelease } from '../../../pipeline/check-release.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { failedProblems } from '../../../pipeline/failed-problems.ts';
import { inheritedKeys } from '../../../pipeline/inherited-keys.ts';
import type { SyncedRevision } from '../../../pipeline/sync-revision.ts';
import { type GlobalOptions, readConfig, readFleet } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface ValidateOptions extends GlobalOptions {
  /** Charts that lie elsewhere are passed over. */
  readonly offline: boolean;
  /** Every chart is rendered, not only those of which a Project limits what they render. */
  readonly render: boolean;
}

export async function validate(line: CommandLine, options: ValidateOptions): Promise<number> {
  const config = await readConfig(line, options, { definitionsOnly: true });
  const fleet = await readFleet(line, config, {
    sources: options.offline ? offlineSources : undefined,
  });
  const isUnseen = ({ error }: SyncedRevision['failed'][number]) => error.code === 'chart.offline';
  const failed = fleet.flatMap((revision) => revision.failed);
  const wrong = failed.filter((release) => !isUnseen(release));
  const rendered = renderAll(line, config, { releases: fleet.flatMap((revision) => revision.releases), ...options });
  const told = fleet.flatMap((revision) => revision.problems);
  const away = told.filter(({ code }) => code === 'source.offline');
  const here = told.filter((problem) => !away.includes(problem));
  const problems = [...here, ...failedProblems([...wrong, ...rendered.wrong])];
  for (const problem of problems) line.stderr.write(`error: ${formatProblem(problem)}\n`);
  for (const notice of fleet.flatMap(({ notices }) => notices)) line.stderr.write(`note: ${formatProblem(notice)}\n`);
  for (const { releases } of fleet)
    for (const warning of inheritedKeys(releases)) line.stderr.write(`warning: ${formatProblem(warning)}\n`);
  const unseen = [...failed.filter(isUnseen), ...rendered.unseen];
  for (const { message } of failedProblems(unseen)) line.stderr.write(`not checked: ${message}\n`);
  for (const problem of away) line.stderr.write(`not checked: ${formatProblem(problem)}\n`);
  const releases = fleet.flatMap((revision) => revision.releases).length;
  const summary = `${counted(releases, 'release')}, ${counted(problems.length, 'problem')}`;
  line.stdout.write(
    `${summary}${unseen.length + away.length > 0 ? `, ${unseen.length + away.length} not checked` : ''}\n`,
  );
  if (problems.length === 0) return 0;
  // What a host did not answer may pass later.
  const mayPass = wrong.every(({ error }) => error.fault === 'transient');
  return here.length + rendered.wrong.length === 0 && mayPass ? 1 : 2;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

type Failed = Pick<SyncedRevision['failed'][number], 'definition' | 'error'>;

/** What of the rendered objects is wrong, and of whom nobody knows, because their values lie in a cluster. */
function renderAll(
  { now }: CommandLine,
  { helm }: Config,
  { releases, render }: { readonly releases: readonly PreparedRelease[]; readonly render: boolean },
): { wrong: Failed[]; unseen: Failed[] } {
  const [wrong, unseen]: [Failed[], Failed[]] = [[], []];
  for (const prepared of releases) {
    const { definition, unread = [] } = prepared;
    if (!render && !isLimited(prepared)) continue;
    try {
      checkRelease(prepared, { ...helm, sources: { now, randomBytes } });
    } catch (thrown) {
      const error = asHelmGitopsError(thrown);
      if (error.fault === 'internal') throw thrown;
      (unread.length > 0 ? unseen : wrong).push({ definition, error });
    }
  }
  return { wrong, unseen };
}

function isLimited({ definition: { project } }: PreparedRelease): boolean {
  if (project === undefined) return false;
  const { kinds, destinations } = project;
  return kinds.allow !== undefined || kinds.deny.length > 0 || destinations !== undefined;
}
