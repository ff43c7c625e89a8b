/** Runs the daemon as a process of its own, as users do, and reads its log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundledProgram } from './bundled-program.ts';

export interface LogLine {
  readonly event: string;
  readonly level: string;
  readonly time: string;
  readonly [field: string]: unknown;
}

export interface RunningDaemon {
  readonly lines: readonly LogLine[];
  /** Everything it wrote that is no log line. */
  readonly noise: readonly string[];
  /** The first line of that event, from `after` on, that has or matches these fields; fails with the whole log when none comes. */
  waitFor(event: string, fields?: Readonly<Record<string, unknown>>, after?: number): Promise<LogLine>;
  /** The exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const root = join(import.meta.dirname, '..', '..');
const patience = 120_000;

export interface Surroundings {
  /** A program that starts the one named by its arguments in its own place. */
  readonly inside?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export function startDaemon(
  config: string,
  command = 'run',
  { inside = [], environment = {} }: Surroundings = {},
): RunningDaemon {
  const program = [bundledProgram, '--config', config, '--set', 'log.format=json,log.level=debug', command];
  const [first = '', ...rest] = [...inside, process.execPath, ...program];
  const env = { ...process.env, ...environment };
  const child = spawn(first, rest, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: LogLine[] = [];
  const noise: string[] = [];
  const waiters = new Set<() => void>();
  /** By itself, or by a signal. */
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const wake = () => {
    for (const waiter of waiters) waiter();
  };
  createInterface({ input: child.stdout }).on('line', (text) => {
    try {
      lines.push(JSON.parse(text) as LogLine);
    } catch {
      noise.push(text);
    }
    wake();
  });
  createInterface({ input: child.stderr }).on('line', (text) => noise.push(text));
  child.once('exit', wake);
  return {
    lines,
    noise,
    async waitFor(event, fields = {}, after = 0) {
      const find = () =>
        lines
          .slice(after)
          .find(
            (line) => line.event === event && Object.entries(fields).every(([key, value]) => fits(line[key], value)),
          );
      const deadline = Date.now() + patience;
      for (;;) {
        const found = find();
        if (found) return found;
        if (Date.now() > deadline || hasEnded())
          throw missing(event, fields, { lines: lines.slice(after), noise, child });
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer);
            waiters.delete(done);
            resolve();
          };
          const timer = setTimeout(done, 1000);
          waiters.add(done);
        });
      }
    },
    async stop(signal = 'SIGTERM') {
      if (hasEnded()) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

const fits = (found: unknown, wanted: unknown): boolean =>
  wanted instanceof RegExp ? wanted.test(String(found)) : found === wanted;

function missing(
  event: string,
  fields: object,
  { lines, noise, child }: { lines: readonly LogLine[]; noise: readonly string[]; child: ChildProcess },
): Error {
  const log = lines.filter(({ level }) => level !== 'debug').map((line) => JSON.stringify(line));
  return new Error([`no ${event} ${JSON.stringify(fields)}; exit code ${child.exitCode}`, ...log, ...noise].join('\n'));
}
