/** `completion`: the script that teaches a shell this program's commands, options, applications and environments. */
import type { CommandLine } from '../run-command-line.ts';
import { completionScripts } from './completion-scripts.table.ts';

export async function completion(line: CommandLine, shell: keyof typeof completionScripts): Promise<number> {
  line.stdout.write(completionScripts[shell]);
  return 0;
}
