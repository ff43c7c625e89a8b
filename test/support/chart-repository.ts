/** A chart repository on the loopback whose files a test changes, and sources of charts that know nothing else. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContentStore } from '../../src/foundation/content-store/open-content-store.ts';
import type { FindCredential } from '../../src/foundation/credentials/credential.ts';
import { openHttpClient } from '../../src/foundation/http/open-http-client.ts';
import { openRegistry } from '../../src/foundation/oci/open-registry.ts';
import {
  type ChartSourcesOptions,
  type OpenChartSources,
  openChartSources,
} from '../../src/pipeline/chart/open-chart-sources.ts';
import { packChart } from './pack-chart.ts';
import { type Answer, startServer, type TestServer } from './start-server.ts';

export interface ChartRepository extends TestServer {
  /** By path, without the query. */
  readonly files: Map<string, Buffer | string>;
  /** Instead of the files, for as long as it is there. */
  answer: Answer | undefined;
  /** Paths that were asked for, with the status of the answer: `200 /index.yaml`. */
  readonly log: string[];
}

export async function startRepository(): Promise<ChartRepository> {
  const files = new Map<string, Buffer | string>();
  const log: string[] = [];
  const server = await startServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    response.on('finish', () => log.push(`${response.statusCode} ${pathname}`));
    if (repository.answer !== undefined) return await repository.answer(request, response);
    const file = files.get(pathname);
    if (file === undefined) return void response.writeHead(404).end();
    const etag = `"${createHash('sha256').update(file).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { etag }).end(file);
  });
  const repository: ChartRepository = Object.assign(server, { files, log, answer: undefined });
  return repository;
}

export const packNamed = (name: string, version: string): Promise<Buffer> =>
  packChart({ [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: ${version}\n` });

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

export interface ListedVersion {
  readonly version: string;
  readonly urls?: readonly string[];
  readonly digest?: string;
}

/** As `helm repo index` lays it out. */
export function indexOf(charts: Readonly<Record<string, readonly ListedVersion[]>>): string {
  const lines = Object.entries(charts).flatMap(([name, versions]) => [
    `  ${name}:`,
    ...versions.flatMap(({ version, urls = [`${name}-${version}.tgz`], digest }) => [
      '  - apiVersion: v2',
      ...(digest === undefined ? [] : [`    digest: ${digest}`]),
      `    name: ${name}`,
      '    urls:',
      ...urls.map((url) => `    - ${url}`),
      `    version: ${version}`,
    ]),
  ]);
  return ['apiVersion: v1', 'entries:', ...lines, 'generated: "2026-01-01T00:00:00Z"', ''].join('\n');
}

export interface TestSources extends OpenChartSources, AsyncDisposable {
  readonly folder: string;
}

export interface TestSourcesOptions {
  /** Kept by whoever gives it. */
  readonly folder?: string;
  readonly findCredential?: FindCredential;
  readonly more?: Partial<ChartSourcesOptions>;
}

export async function openTestSources({
  folder,
  findCredential = async () => undefined,
  more = {},
}: TestSourcesOptions = {}): Promise<TestSources> {
  const own = folder ?? mkdtempSync(join(tmpdir(), 'sources-'));
  const http = openHttpClient({ environment: {}, sleep: async () => undefined });
  const store = await openContentStore({ folder: join(own, 'store'), limit: 1024 ** 3 });
  const sources = openChartSources({
    http,
    findCredential,
    registry: openRegistry({ http, findCredential }),
    store,
    gitCacheFolder: join(own, 'git'),
    environment: process.env,
    now: Date.now,
    ...more,
  });
  return {
    ...sources,
    folder: own,
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      if (folder === undefined) rmSync(own, { recursive: true, force: true });
    },
  };
}
