/** `migrate`: from another tool's definitions to ours, and a release from its keeping into ours. */
import type { Adding } from './add-requests.ts';
import { cliError } from './cli-error.ts';

const tools = { argocd: 'Argo CD', flux: 'Flux' } as const;

interface TakeOverFlags {
  readonly takeover?: string;
  readonly environment?: string;
  readonly undo?: boolean;
  readonly yes?: boolean;
}

export function addMigrate({ program, line, end, globals }: Adding): void {
  const command = program
    .command('migrate')
    .summary('take releases over from Argo CD or Flux, and their definitions')
    .option('--takeover <app>', 'what of it the other tool runs is kept by us from now on, without a change')
    .option('-e, --environment <name>', 'of that application')
    .option('--undo', 'give it back, just as it was')
    .option('-y, --yes', 'do it; without it, only say what would be done')
    .action(async ({ takeover: app, environment, undo = false, yes = false }: TakeOverFlags) => {
      if (app === undefined)
        throw cliError('cli.arguments', 'migrate what?', {
          hint: 'migrate argocd, migrate flux, or migrate --takeover APP',
        });
      const options = { ...globals(), app, environment, undo, yes };
      end(await (await import('./commands/take-over.ts')).takeOverCommand(line, options));
    });
  for (const [name, tool] of Object.entries(tools)) {
    command
      .command(name)
      .summary(`print definitions of ours that come to the same as ${tool}'s; what has no equivalent is named`)
      .argument('[folder]', 'only definitions below it; default: all of the configured repositories')
      .action(async (folder: string | undefined) =>
        end(await (await import('./commands/migrate.ts')).migrate(line, { ...globals(), tool, folder })),
      );
  }
}
