/** One command of the command line, as a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundledProgram } from './bundled-program.ts';

const run = promisify(execFile);

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(config: string, ...words: string[]): Promise<Ended> {
  try {
    const program = [bundledProgram, '--config', config, ...words];
    return { code: 0, ...(await run(process.execPath, program)) };
  } catch (error) {
    return error as Ended;
  }
}
