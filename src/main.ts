/** The process: arguments, environment and signals in, exit code out. Nothing else in `src` touches `process`. */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { runCommandLine } from './entry/cli/run-command-line.ts';

declare global {
  interface ImportMeta {
    /** Where `template` runs by itself: see bin/run-cached.js. */
    readonly optimiseLate?: () => void;
  }
}

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `helm-gitops needs Node 24 or newer; this is ${process.version}.\nIn a checkout, "npm ci" brings one: run it by npm scripts, or as node_modules/.bin/node src/main.ts\n`,
  );
  process.exitCode = 2;
} else {
  let interrupt: AbortSignal | undefined;
  const code = runCommandLine({
    arguments: process.argv.slice(2),
    environment: process.env,
    folder: process.cwd(),
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    writeNow,
    expectLong: import.meta.optimiseLate,
    // `template` asks for none: signals end it as they end any program that does not look.
    get signal() {
      interrupt ??= onInterrupt();
      return interrupt;
    },
    now: () => new Date(),
  });
  // Keep-alive sockets and watches of a finished command hold nobody up.
  code.then((result) => process.exit(result));
}

function onInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  let interrupted = 0;
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
  for (const name of names) {
    process.on(name, () => {
      // Asked again a moment later, the user means it. A terminal and npm both pass on the same Ctrl-C at once.
      if (interrupt.signal.aborted && performance.now() - interrupted > 1000) process.exit(130);
      interrupted = performance.now();
      interrupt.abort(name);
    });
  }
  return interrupt.signal;
}

function writeNow(to: 'stdout' | 'stderr', bytes: Uint8Array): Uint8Array {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(to === 'stdout' ? 1 : 2, rest));
  } catch {
    // A pipe that is full for now, or that nobody reads any more: the stream knows what to do.
  }
  return rest;
}
