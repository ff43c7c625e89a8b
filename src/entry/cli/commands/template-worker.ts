/** `template` in a thread of its own; see template-in-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { runTemplate } from './template.ts';
import type { TemplateQuestion, TemplateSaying } from './template-in-thread.ts';

const { args, environment, folder, now } = workerData as TemplateQuestion;

const encoder = new TextEncoder();
const say = (saying: TemplateSaying): void => parentPort?.postMessage(saying);

const outputTo = (to: 'stdout' | 'stderr') => ({
  write: (text: string | Uint8Array): void =>
    say({ to, bytes: typeof text === 'string' ? encoder.encode(text) : text }),
});

const { code } = await runTemplate(
  {
    environment,
    folder,
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    now: () => new Date(now),
  },
  args,
);
say({ code });
