/** The command line: what to type, in groups, and how an end is told. Commands are loaded when they are called. */
import { Command, CommanderError } from 'commander';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
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

/** Returns the process's exit code (DESIGN §8). */
export async function runCommandLine(line: CommandLine): Promise<number> {
  let code = 0;
  const end = (result: number) => {
    code = result;
  };
  try {
    const program = createProgram(line, end);
    await program.parseAsync([...line.arguments], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = asHelmGitopsError(thrown);
    line.stderr.write(formatError(error));
    return exitCodeOf(error);
  }
}

type End = (code: number) => void;

function createProgram(line: CommandLine, end: End): Command {
  const program = new Command('helm-gitops')
    .description('Makes clusters follow git, for people who use Helm.')
    .version(version)
    .option('--config <file>', 'the configuration', './helm-gitops.config.yaml')
    .option('--set <key=value>', 'override a field of the configuration', collect, [])
    .exitOverride()
    .configureOutput({ writeOut: (text) => line.stdout.write(text), writeErr: (text) => line.stderr.write(text) })
    .showSuggestionAfterError()
    .addHelpText('after', '\nStart with:  helm-gitops init fleet && helm-gitops run --set repositories=[{"url":"fleet"}]\n');
  program
    .command('run')
    .summary('the daemon: follow the repositories until stopped')
    .action(async () => end(await (await import('./commands/run.ts')).run(line, program.opts(), { once: false })));
  program
    .command('once')
    .summary('one pass over the repositories, then exit')
    .action(async () => end(await (await import('./commands/run.ts')).run(line, program.opts(), { once: true })));
  return program;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

