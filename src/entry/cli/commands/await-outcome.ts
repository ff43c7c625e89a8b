/** Waits until the daemon has answered what it was asked. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RequestOutcome } from '../../../foundation/state/release-state.ts';
import { cliError } from '../cli-error.ts';
import type { CommandLine } from '../run-command-line.ts';

export type Answered = Pick<RequestOutcome, 'outcome' | 'message'>;

/** Milliseconds that the daemon may take to answer; a rollback is answered when it is over. */
const leastPatience = 330_000;
/** After so long without an answer nobody seems to be there. */
const doubt = 10_000;

/** Milliseconds of `patience`, where what was asked for may take longer. Fails with `cli.no-answer`. */
export async function awaitOutcome<Outcome>(
  line: CommandLine,
  find: () => Promise<Outcome | 'waiting'>,
  patience = 0,
): Promise<Outcome> {
  const started = line.now().getTime();
  for (let told = false; ; ) {
    line.signal.throwIfAborted();
    const found = await find();
    if (found !== 'waiting') return found;
    const waited = line.now().getTime() - started;
    if (waited > Math.max(leastPatience, patience))
      throw cliError('cli.no-answer', 'the daemon did not answer', {
        hint: 'the request stands; it is answered when a daemon runs',
      });
    if (waited > doubt && !told) {
      told = true;
      line.stderr.write('waiting for the daemon; does it run?\n');
    }
    await delay(100, undefined, { signal: line.signal });
  }
}
