/** `run` and `once`. */
import { resolve } from 'node:path';
import { runApp } from '../../../app.ts';
import { loadConfig } from '../../../config/load-config.ts';
import type { CommandLine } from '../run-command-line.ts';
import { version } from '../version.ts';

export interface GlobalOptions {
  readonly config: string;
  readonly set: readonly string[];
}

export async function run(line: CommandLine, options: GlobalOptions, { once }: { once: boolean }): Promise<number> {
  const config = await loadConfig({
    file: resolve(line.folder, options.config),
    sets: options.set,
    environment: line.environment,
  });
  const { stdout, stderr, now, signal, environment } = line;
  return await runApp({ config, version, stdout, stderr, now, signal, once, environment });
}
