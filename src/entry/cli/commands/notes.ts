/** `notes`: what `helm get notes` prints of a release. */
import { newestRevision } from '../../../foundation/history/newest-revision.ts';
import { cliError, notInEnvironment } from '../cli-error.ts';
import { chooseReleases, type GlobalOptions } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { Selection } from '../select.ts';

export interface NotesOptions extends GlobalOptions, Selection {
  /** Undefined: the newest. */
  readonly revision: number | undefined;
}

export async function notes(line: CommandLine, options: NotesOptions): Promise<number> {
  const { revision } = options;
  if (revision !== undefined && !(Number.isInteger(revision) && revision > 0))
    throw cliError('cli.flag', '--revision is the number of a revision');
  await using stack = new AsyncDisposableStack();
  const { found, environments } = await chooseReleases(line, options, stack);
  if (found.length === 0) throw notInEnvironment(options, environments);
  for (const { state, history } of found) {
    const { release: name } = state.identity;
    const stored = revision === undefined ? await newestRevision(history) : await history.get(revision);
    if (!stored)
      throw cliError(
        'cli.nothing-chosen',
        revision === undefined ? `release ${name} is not installed` : `release ${name} has no revision ${revision}`,
        { hint: 'helm-gitops history lists what there is' },
      );
    const { notes: text } = stored.record.info;
    if (text) line.stdout.write(`NOTES:\n${text}\n`);
  }
  return 0;
}
