/** `migrate`: from another tool's definitions to ours. */
import type { Adding } from './add-requests.ts';

const tools = { argocd: 'Argo CD', flux: 'Flux' } as const;

export function addMigrate({ program, line, end, globals }: Adding): void {
  const command = program.command('migrate').summary("from another tool's definitions to ours");
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
