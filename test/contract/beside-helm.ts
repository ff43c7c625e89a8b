/** One chart twice: on one copy the real Helm works, on the other this program, and what they leave is laid side by side. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { run as runOurs } from '../entry/cli/run-in-process.ts';
import { type Files, writeFiles } from './dependency-servers.ts';

export interface Judged {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Side extends Disposable {
  /** The workspace; the chart lies in `shop`. */
  readonly folder: string;
  run(...args: string[]): Promise<Judged>;
  /** Every file below the workspace; a lock without its time, an archive as its entries. */
  files(): Promise<Readonly<Record<string, unknown>>>;
  bytes(name: string): Buffer;
}

export interface Making {
  readonly files: Files;
  /** helm's repositories.yaml */
  readonly repositories?: string | undefined;
}

function newSide({ files, repositories }: Making): {
  folder: string;
  home: string;
  environment: Record<string, string>;
} {
  const top = mkdtempSync(join(tmpdir(), 'side-'));
  const [folder, home] = [join(top, 'work'), join(top, 'home')];
  writeFiles(folder, files);
  writeFiles(home, {
    '.keep': '',
    ...(repositories === undefined ? {} : { 'config/repositories.yaml': repositories }),
  });
  const environment = {
    HOME: home,
    TZ: 'UTC',
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'xdg'),
  };
  return { folder, home, environment };
}

/** The real program; what is prepared in Helm's own cache, such as `repo update`, is up to the test. */
export function theirSide(helm: string, making: Making): Side {
  const { folder, environment } = newSide(making);
  const run = (...args: string[]) =>
    new Promise<Judged>((done) => {
      execFile(helm, args, { cwd: folder, env: environment, encoding: 'utf8' }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : 1, stdout, stderr });
      });
    });
  return sideOf(folder, run);
}

export function ourSide(making: Making, compat: 'helm3' | 'helm4'): Side {
  const { folder, environment } = newSide(making);
  return sideOf(folder, async (...args) => await runOurs(folder, [...args, `--compat=${compat}`], environment));
}

function sideOf(folder: string, run: Side['run']): Side {
  return {
    folder,
    run,
    files: async () =>
      Object.fromEntries(await Promise.all(list(folder).map(async (name) => [name, await seen(folder, name)]))),
    bytes: (name) => readFileSync(join(folder, name)),
    [Symbol.dispose]: () => rmSync(join(folder, '..'), { recursive: true, force: true }),
  };
}

function list(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((name) => statSync(join(folder, name)).isFile()).map((name) => relative('.', name));
}

async function seen(folder: string, name: string): Promise<unknown> {
  const bytes = readFileSync(join(folder, name));
  if (name.endsWith('.tgz')) return await entriesOf(bytes);
  return /\.lock$/.test(name) ? bytes.toString().replace(/^generated: .*\n/m, '') : bytes.toString();
}

async function entriesOf(archive: Buffer): Promise<unknown> {
  const entries = await unpackTar(gunzipSync(archive));
  return entries.map(({ header, data }) => [header.name, header.mode, Buffer.from(data ?? []).toString('latin1')]);
}
