/**
 * Helm's own Go engine as the judge: a small program, written into a temporary folder and built against the Helm module
 * of Go's module cache (nothing is downloaded). It reads one case a line and answers with the text or the error.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Compat } from '../../../src/foundation/values/read-values.ts';
import { goSource } from './go-judge.table.ts';
import type { FuzzCase, Outcome } from './outcome.ts';

export const JUDGE_DIED = 'the judge died';

export interface Judge extends AsyncDisposable {
  /** Answers in the cases' order. */
  judge(cases: readonly FuzzCase[]): Promise<Outcome[]>;
}

/** `version`: as the helm binary tells it, `v4.2.4`. */
export function buildGoJudge(compat: Compat, version: string, ldflags: string): string {
  const major = compat === 'helm4' ? 'v4' : 'v3';
  const source = goSource(major);
  const hash = createHash('sha256').update(source).update(version).update(ldflags).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `helm-gitops-fuzz-${hash}`);
  const binary = join(folder, 'judge');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
  const module = join(cache, 'helm.sh', 'helm', `${major}@${version}`);
  const requirements = readFileSync(join(module, 'go.mod'), 'utf8').replace(/^module .*$/m, 'module fuzzjudge');
  writeFileSync(join(folder, 'go.mod'), `${requirements}\nrequire helm.sh/helm/${major} ${version}\n`);
  writeFileSync(join(folder, 'go.sum'), readFileSync(join(module, 'go.sum')));
  writeFileSync(join(folder, 'main.go'), source);
  execFileSync('go', ['build', '-mod=mod', '-ldflags', ldflags, '-o', `${binary}.part`, '.'], {
    cwd: folder,
    env: { ...process.env, GOPROXY: 'off', GONOSUMDB: '*', GONOSUMCHECK: '1', GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(`${binary}.part`, binary);
  return binary;
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

/** A case on which the program dies (out of memory, out of stack, out of time) gets an answer that says so. */
export function goJudge(binary: string): Judge {
  let running: Running | undefined;
  const start = (): Running => {
    const child = spawn(binary, { env: { TZ: 'UTC', PATH: '', HOME: tmpdir(), GOMAXPROCS: '1' } });
    child.stderr.resume();
    child.stdin.on('error', () => {});
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };
  return {
    async judge(cases) {
      const answers: Outcome[] = [];
      while (answers.length < cases.length) {
        running ??= start();
        const rest = cases.slice(answers.length);
        running.child.stdin.write(rest.map((one) => `${JSON.stringify(one)}\n`).join(''));
        for (const _ of rest) {
          const { value, done } = await running.lines.next();
          if (done === true) {
            answers.push({ ok: false, text: JUDGE_DIED });
            running = undefined;
            break;
          }
          answers.push(outcomeOf(value));
        }
      }
      return answers;
    },
    async [Symbol.asyncDispose]() {
      running?.child.kill();
    },
  };
}

function outcomeOf(line: string): Outcome {
  const { out, err } = JSON.parse(line) as { out?: string; err?: string };
  const text = Buffer.from(out ?? err ?? '', 'base64').toString('latin1');
  return { ok: err === undefined, text };
}
