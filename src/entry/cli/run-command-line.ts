/** The command line's door: what a command is given, and which of the two readers of arguments it goes to. */

import type { SecretMask } from '../../foundation/secrets/secret-mask.ts';

export interface CommandLine {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Writes without a stream, which takes a millisecond to make; returns what it could not write, for the stream. */
  readonly writeNow?: (to: 'stdout' | 'stderr', bytes: Uint8Array) => Uint8Array;
  /** Told once that much is about to be rendered. */
  readonly expectLong?: (() => void) | undefined;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Told of every secret that is read; what is written then holds none. */
  readonly mask?: SecretMask;
}

/** Returns the process's exit code, when all that was written has left the process. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  const used = new Set<NodeJS.WritableStream>();
  try {
    return await dispatch(line, (stream) => {
      if (!used.has(stream)) stream.on('error', passOver);
      used.add(stream);
      return stream;
    });
  } finally {
    await Promise.all([...used].map(written));
    for (const stream of used) stream.off('error', passOver);
  }
}

type Use = (stream: NodeJS.WritableStream) => NodeJS.WritableStream;

/** Streams and signal are looked up when they are used: each takes a millisecond to make. */
async function dispatch(given: CommandLine, use: Use): Promise<number> {
  const { arguments: all, environment, folder, writeNow, expectLong, now } = given;
  const line: CommandLine = {
    arguments: all,
    environment,
    folder,
    ...(writeNow === undefined ? {} : { writeNow }),
    expectLong,
    now,
    get signal() {
      return given.signal;
    },
    get stdout() {
      return use(given.stdout);
    },
    get stderr() {
      return use(given.stderr);
    },
  };
  const [first, ...rest] = line.arguments;
  // Helm's flags, and Helm's speed: it loads nothing that it can do without.
  if (first === 'template') return await (await import('./commands/template.ts')).template(line, rest);
  return await (await import('./run-program.ts')).runProgram(line);
}

/** A reader that has seen enough, as head has, is no failure. */
function passOver(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** To another program a stream writes in the background; an exit would cut off the rest. */
function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
