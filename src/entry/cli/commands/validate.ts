/** `validate`: reads definitions, charts and values as the daemon would, without a cluster. */
import { formatProblem } from '../../../foundation/base/problem.ts';
import { allProblems } from '../../../pipeline/sync-revision.ts';
import { type GlobalOptions, readConfig, readFleet } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export async function validate(line: CommandLine, options: GlobalOptions): Promise<number> {
  const fleet = await readFleet(line, await readConfig(line, options));
  const problems = fleet.flatMap(allProblems);
  for (const problem of problems) line.stderr.write(`error: ${formatProblem(problem)}\n`);
  const releases = fleet.flatMap((revision) => revision.releases).length;
  line.stdout.write(`${releases} releases, ${problems.length} problem${problems.length === 1 ? '' : 's'}\n`);
  return problems.length === 0 ? 0 : 2;
}
