/** `plan` with its options. */
import type { Adding } from './add-requests.ts';
import { planFormat } from './output-format.ts';

export function addPlan({ program, line, end, globals }: Adding): void {
  program
    .command('plan')
    .alias('diff')
    .summary('what the daemon would change: now, or with a branch or commit')
    .argument('[app...]', 'applications; none named: all')
    .option('-e, --environment <name>', 'only this environment')
    .option('--commit <revision>', 'a branch, tag or commit: what it would change, and nothing else')
    .option('--base <revision>', 'what it is compared with; default: what the daemon follows')
    .option('--repository <name>', 'of which repository, where several are configured')
    .option('--offline', 'ask no cluster: compare what both revisions render')
    .option('--exit-code', 'exit with 3 when there is something to do')
    .option('--comment <number>', 'also beneath that pull request, in place of an earlier one')
    .option('--save <file>', 'write it down for `sync --plan`, which carries out just that')
    .option('-o, --output <format>', 'table, json, yaml, markdown or html', 'table')
    .action(async (apps, { offline = false, exitCode = false, output, ...given }) =>
      end(
        await (await import('./commands/plan.ts')).plan(line, {
          ...{ ...unset, ...given, apps, offline, exitCode },
          // Given before the command they are not among its own, which have defaults.
          ...globals(),
          output: planFormat(output),
        }),
      ),
    );
}

const unset = {
  environment: undefined,
  commit: undefined,
  base: undefined,
  repository: undefined,
  comment: undefined,
  save: undefined,
};
