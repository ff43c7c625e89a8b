import { userInfo } from 'node:os';
import type { CommandLine } from './run-command-line.ts';

/** Who types a command, as their own system says: nobody proves it. Undefined where it says nothing, as in many containers. */
export function claimedName({ environment }: Pick<CommandLine, 'environment'>): string | undefined {
  const named = environment['USER'] || environment['LOGNAME'];
  if (named) return named;
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
