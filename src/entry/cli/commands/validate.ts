/** `validate`: reads definitions, charts and values as the daemon would, without a cluster. */
import { formatProblem } from '../../../foundation/base/problem.ts';
import { offlineSources } from '../../../pipeline/chart/chart-sources.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { problemOf, type SyncedRevision } from '../../../pipeline/sync-revision.ts';
import { type GlobalOptions, readConfig, readFleet } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface ValidateOptions extends GlobalOptions {
  /** Charts that lie elsewhere are passed over. */
  readonly offline: boolean;
}

export async function validate(line: CommandLine, options: ValidateOptions): Promise<number> {
  const fleet = await readFleet(line, await readConfig(line, options), {
    sources: options.offline ? offlineSources : undefined,
  });
  const isUnseen = ({ error }: SyncedRevision['failed'][number]) => error.code === 'chart.offline';
  const failed = fleet.flatMap((revision) => revision.failed);
  const wrong = failed.filter((release) => !isUnseen(release));
  const problems = [...fleet.flatMap((revision) => revision.problems), ...wrong.map(problemOf)];
  for (const problem of problems) line.stderr.write(`error: ${formatProblem(problem)}\n`);
  for (const notice of fleet.flatMap(({ notices }) => notices)) line.stderr.write(`note: ${formatProblem(notice)}\n`);
  const unseen = failed.filter(isUnseen);
  for (const { definition, error } of unseen)
    line.stderr.write(`not checked: ${definitionId(definition)}: ${error.message}\n`);
  const releases = fleet.flatMap((revision) => revision.releases).length;
  const summary = `${releases} releases, ${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  line.stdout.write(`${summary}${unseen.length > 0 ? `, ${unseen.length} not checked` : ''}\n`);
  if (problems.length === 0) return 0;
  // What a host did not answer may pass later.
  return problems.length === wrong.length && wrong.every(({ error }) => error.fault === 'transient') ? 1 : 2;
}
