/** Where dependencies come from in the tests beside the real Helm: a chart repository on loopback, and a real registry. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hash } from 'bcryptjs';
import { freePort } from '../support/free-port.ts';

const run = promisify(execFile);

export type Files = Readonly<Record<string, string>>;

export function writeFiles(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export interface ChartRepository extends AsyncDisposable {
  readonly url: string;
  /** Of the archives as they are served. */
  readonly folder: string;
  /** Paths, in the order of the requests, with the status that was given. */
  readonly requests: string[];
}

export interface RepositoryOptions {
  readonly helm: string;
  /** The files of each chart. */
  readonly charts: readonly Files[];
  readonly user?: User;
  /** Arguments for `helm package`. */
  readonly packaging?: readonly string[];
}

/** Built by `helm package` and `helm repo index`. */
export async function startRepository({
  helm,
  charts,
  user,
  packaging = [],
}: RepositoryOptions): Promise<ChartRepository> {
  const top = mkdtempSync(join(tmpdir(), 'repository-'));
  const folder = join(top, 'served');
  mkdirSync(folder);
  for (const [index, files] of charts.entries()) {
    const source = join(top, `chart-${index}`);
    writeFiles(source, files);
    await run(helm, ['package', source, '--destination', folder, ...packaging]);
  }
  await run(helm, ['repo', 'index', folder]);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const status = serve(request, response, { folder, user });
    requests.push(`${status} ${request.url}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/stable`,
    folder,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(top, { recursive: true, force: true });
    },
  };
}

interface Serving {
  readonly folder: string;
  readonly user: RepositoryOptions['user'];
}

function serve(request: IncomingMessage, response: ServerResponse, { folder, user }: Serving): number {
  const answer = (status: number, headers: Record<string, string> = {}, body: Buffer | string = '') => {
    response.writeHead(status, headers).end(body);
    return status;
  };
  const wanted = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  if (wanted !== undefined && request.headers.authorization !== wanted) {
    return answer(401, { 'www-authenticate': 'Basic realm="charts"' }, 'who are you?');
  }
  const path = join(folder, basename(decodeURIComponent(request.url ?? '')));
  if (!request.url?.startsWith('/stable/') || !existsSync(path)) return answer(404, {}, 'not here');
  const body = readFileSync(path);
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
  if (request.headers['if-none-match'] === etag) return answer(304, { etag });
  return answer(200, { etag, 'content-length': String(body.length) }, body);
}

export interface User {
  readonly name: string;
  readonly password: string;
}

export interface StartedRegistry extends AsyncDisposable {
  /** HOST:PORT */
  readonly host: string;
}

/** Distribution's registry without TLS, its data in a folder that goes with it. */
export async function startRegistry(program: string, user?: User): Promise<StartedRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
  };
  const htpasswd = join(folder, 'htpasswd');
  if (user !== undefined) writeFileSync(htpasswd, `${user.name}:${await hash(user.password, 4)}\n`);
  const auth = user === undefined ? {} : { auth: { htpasswd: { realm: 'charts', path: htpasswd } } };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify({ ...config, ...auth }));
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok === true || answer?.status === 401) break;
    if (tries > 200 || child.exitCode !== null) throw new Error('the registry does not start');
    await delay(50);
  }
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every archive of the repository, under `oci://HOST/charts`. */
export async function pushAll(
  helm: string,
  { folder }: ChartRepository,
  { host, user }: Pick<StartedRegistry, 'host'> & { readonly user?: User },
): Promise<void> {
  const login = user === undefined ? [] : ['--username', user.name, '--password', user.password];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.tgz'))) {
    await run(helm, ['push', join(folder, name), `oci://${host}/charts`, '--plain-http', ...login]);
  }
}
