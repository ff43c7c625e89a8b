/** Runs a command line in this process and collects what it writes. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { runCommandLine } from '../../../src/entry/cli/run-command-line.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  expectLong?: () => void,
): Promise<Ended> {
  const [stdout, stderr] = [newCollector(), newCollector()];
  const code = await runCommandLine({
    arguments: args,
    environment: { TZ: 'UTC', ...environment },
    folder,
    stdout: stdout.stream,
    stderr: stderr.stream,
    expectLong,
    signal: new AbortController().signal,
    now: () => new Date('2026-11-20T12:00:00Z'),
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function newCollector() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

export interface Folder extends AsyncDisposable {
  readonly path: string;
}

export async function newFolder(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'helm-gitops-cli-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const root = join(import.meta.dirname, '..', '..', '..');

/** The example fleet, with the configuration beside it; `change` gives files other contents. */
export async function copyFleet(change: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const folder = await newFolder();
  await cp(join(root, 'examples', 'fleet'), folder.path, { recursive: true });
  const files = {
    'helm-gitops.config.yaml':
      'repositories: [{name: fleet, url: ., path: apps}]\nclusters: [{name: local, embedded: {}}]\n',
    ...change,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  return folder;
}
