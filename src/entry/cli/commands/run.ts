/** `run` and `once`. */
import { resolve } from 'node:path';
import { runApp } from '../../../app.ts';
import { loadConfig } from '../../../config/load-config.ts';
import type { MaskedLine } from '../mask-output.ts';
import { version } from '../version.ts';

export interface GlobalOptions {
  readonly config: string;
  readonly set: readonly string[];
}

export async function run(line: MaskedLine, options: GlobalOptions, { once }: { once: boolean }): Promise<number> {
  const config = await loadConfig({
    file: resolve(line.folder, options.config),
    sets: options.set,
    environment: line.environment,
  });
  // The daemon masks its events, where names are still told from texts.
  const { unmasked: stdout, stderr, now, signal, environment, mask } = line;
  return await runApp({ config, version, stdout, stderr, now, signal, once, environment, mask });
}
