/** The command line: what to type, in groups, and how an end is told. Commands are loaded when they are called. */
import { Command, CommanderError } from 'commander';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { addCommands } from './add-commands.ts';
import { exitCodeOf, formatError } from './format-error.ts';
import { version } from './version.ts';

export interface CommandLine {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

const help = `
Exit codes: 0 done, 1 failed and may pass later, 2 your input is wrong,
            3 differences were found and --exit-code was given, 70 a bug

A new fleet:   helm-gitops init fleet && cd fleet && helm-gitops run
`;

/** Returns the process's exit code. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  let code = 0;
  const program = new Command('helm-gitops')
    .description('Makes clusters follow git, for people who use Helm.')
    .version(version)
    .option('--config <file>', 'the configuration', './helm-gitops.config.yaml')
    .option('--set <key=value>', "override a field of the configuration, in helm's --set grammar", collect, [])
    .exitOverride()
    .configureOutput({
      writeOut: (text) => line.stdout.write(text),
      writeErr: (text) => line.stderr.write(text),
    })
    .showSuggestionAfterError()
    .addHelpText('after', help);
  addCommands(program, line, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...line.arguments], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = asHelmGitopsError(thrown);
    line.stderr.write(formatError(error));
    return exitCodeOf(error);
  }
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
