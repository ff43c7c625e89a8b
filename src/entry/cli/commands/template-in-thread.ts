/**
 * Runs `template` again in a thread with a larger stack: the main thread's ends long before the thousand nested includes
 * at which Helm stops. Takes what the command was given, writes all that it says, returns its exit code.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../../foundation/base/worker-url.ts';
import type { CommandLine } from '../run-command-line.ts';

export interface TemplateQuestion {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type TemplateSaying =
  | { readonly to: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly code: number };

/** MiB; as much as the daemon's render threads have. */
const stackSizeMb = 16;

export async function templateInThread(line: CommandLine, args: readonly string[]): Promise<number> {
  const question: TemplateQuestion = {
    args,
    environment: { ...line.environment },
    folder: line.folder,
    now: line.now().getTime(),
  };
  const worker = new Worker(workerUrl(import.meta.url, 'template-worker'), {
    workerData: question,
    resourceLimits: { stackSizeMb },
  });
  let code = 70;
  worker.on('message', (saying: TemplateSaying) => {
    if ('code' in saying) code = saying.code;
    else line[saying.to].write(saying.bytes);
  });
  await once(worker, 'exit');
  return code;
}
