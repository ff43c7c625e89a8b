/** `template` in a thread of its own; see template-in-thread.ts. */
import { Writable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { runTemplate } from './template.ts';
import type { TemplateQuestion, TemplateSaying } from './template-in-thread.ts';

const { args, environment, folder, now } = workerData as TemplateQuestion;

const say = (saying: TemplateSaying): void => parentPort?.postMessage(saying);

const streamOf = (to: 'stdout' | 'stderr'): Writable =>
  new Writable({
    write(chunk: Buffer, _, done) {
      say({ to, bytes: new Uint8Array(chunk) });
      done();
    },
  });

const { code } = await runTemplate(
  {
    arguments: ['template', ...args],
    environment,
    folder,
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    signal: new AbortController().signal,
    now: () => new Date(now),
  },
  args,
);
say({ code });
