/** One command of the command line, as a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(config: string, ...words: string[]): Promise<Ended> {
  try {
    const program = [join(root, 'src', 'main.ts'), '--config', config, ...words];
    return { code: 0, ...(await run(process.execPath, program, { cwd: root })) };
  } catch (error) {
    return error as Ended;
  }
}
