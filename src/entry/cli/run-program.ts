/** All commands: what to type, in groups, and how an end is told. Each is loaded when it is called. */
import { type Command, CommanderError, Option, Command as Program } from 'commander';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { addCommands } from './add-commands.ts';
import { exitCodeOf, formatError } from './format-error.ts';
import { maskOutput } from './mask-output.ts';
import type { CommandLine } from './run-command-line.ts';
import { version } from './version.ts';

const help = `
Exit codes: 0 done, 1 failed and may pass later, 2 your input is wrong,
            3 differences were found and --exit-code was given, 70 a bug

A new fleet:   helm-gitops init fleet && cd fleet && helm-gitops run
`;

export async function runProgram(given: CommandLine): Promise<number> {
  const line = maskOutput(given);
  let code = 0;
  const program = newProgram(line);
  addCommands(program, line, (result) => {
    code = result;
  });
  for (const command of program.commands) takeGlobalOptions(command);
  program.hook('preAction', (_, command) => keepGlobalOptions(program, command));
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

function newProgram(line: CommandLine): Command {
  const program = new Program('helm-gitops')
    .description('Makes clusters follow git, for people who use Helm.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => line.stdout.write(text),
      writeErr: (text) => line.stderr.write(text),
    })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText('after', help);
  for (const option of globalOptions()) program.addOption(option);
  return program;
}

function globalOptions(): Option[] {
  return [
    new Option('--config <file>', 'the configuration').default('./helm-gitops.config.yaml'),
    new Option('--set <key=value>', "override a field of the configuration, in helm's --set grammar")
      .argParser((value: string, before: readonly string[]) => [...before, value])
      .default([], 'none'),
  ];
}

/** They may stand behind the command too, except where all flags are Helm's: `template --set` means values. */
function takeGlobalOptions(command: Command): void {
  if (['template', 'dependency', 'package', 'push', '__complete'].includes(command.name())) return;
  for (const option of globalOptions()) command.addOption(option);
  for (const child of command.commands) takeGlobalOptions(child);
}

function keepGlobalOptions(program: Command, action: Command): void {
  for (let command: Command | null = action; command !== null && command !== program; command = command.parent) {
    if (command.getOptionValueSource('config') === 'cli') {
      program.setOptionValue('config', command.getOptionValue('config'));
    }
    if (command.getOptionValueSource('set') === 'cli') {
      program.setOptionValue('set', [...program.getOptionValue('set'), ...command.getOptionValue('set')]);
    }
  }
}
