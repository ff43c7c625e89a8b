/**
 * How long one chart takes to be found in a chart repository's large index: `node bench/index.ts [-n 5] [--json]
 * [--versions 50000] [--charts 500]`. The index (about 30 MB) is written as `helm repo index` does, or as JSON, and served
 * on the loopback with an ETag. `cold`: an empty cache, so download, check, cut and look up. `warm`: a new process' first
 * look with a filled cache, which asks whether the index changed. Milliseconds, and those of the processor, median of n; `extraMiB`: how far the
 * resident memory of a process that did nothing else rose at the most.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openContentStore } from '../src/foundation/content-store/open-content-store.ts';
import { openHttpClient } from '../src/foundation/http/open-http-client.ts';
import { openRegistry } from '../src/foundation/oci/open-registry.ts';
import { openChartSources } from '../src/pipeline/chart/open-chart-sources.ts';

const { values: flags } = parseArgs({
  options: {
    passes: { type: 'string', short: 'n', default: '5' },
    versions: { type: 'string', default: '50000' },
    charts: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
    /** For the process that is measured. */
    url: { type: 'string' },
    cache: { type: 'string' },
    chart: { type: 'string', default: '' },
  },
});

interface Measured {
  readonly milliseconds: number;
  readonly cpu: number;
  readonly extraMiB: number;
  readonly version: string;
}

async function measure(url: string, folder: string): Promise<Measured> {
  const http = openHttpClient({ environment: {} });
  const findCredential = async () => undefined;
  const sources = openChartSources({
    http,
    findCredential,
    registry: openRegistry({ http, findCredential }),
    store: await openContentStore({ folder, limit: 4 * 1024 ** 3 }),
    gitCacheFolder: join(folder, 'git'),
    environment: {},
    now: Date.now,
  });
  const before = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const { version } = await sources.fetch({ type: 'repository', repository: url, name: flags.chart, version: '^1.2' });
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  // Linux counts it in KiB; it never falls.
  const most = process.resourceUsage().maxRSS * 1024;
  await http[Symbol.asyncDispose]();
  return { milliseconds, cpu: (user + system) / 1000, extraMiB: (most - before) / 1024 ** 2, version };
}

/** The same in a process of its own. */
function measureApart(url: string, folder: string, chart: string): Promise<Measured> {
  const args = [import.meta.filename, '--url', url, '--cache', folder, '--chart', chart];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => (error === null ? resolve(JSON.parse(stdout)) : reject(error)));
  });
}

type Entry = ReturnType<typeof makeEntry>;

function makeEntry(name: string, number: number, digest: string) {
  return {
    annotations: {
      category: 'Infrastructure',
      images: `- name: ${name}\n  image: docker.io/example/${name}:${number}\n`,
    },
    apiVersion: 'v2',
    appVersion: `${number}.0.0`,
    created: '2026-01-01T00:00:00.000000000Z',
    description: `${name} is a chart among many others, and its description is about as long as they usually are: two lines`,
    digest,
    home: `https://example.com/charts/${name}`,
    icon: `https://example.com/icons/${name}.svg`,
    keywords: [name, 'database', 'http'],
    maintainers: [{ email: 'team@example.com', name: 'The team' }],
    name,
    urls: [`${name}.tgz`],
    version: `1.${Math.floor(number / 10)}.${number % 10}`,
  };
}

function writeIndex(charts: number, versions: number, digest: string): string {
  const each = Math.ceil(versions / charts);
  const names = Array.from({ length: charts }, (_, index) => `chart-${index}`);
  const listOf = (name: string) =>
    Array.from({ length: each }, (_, index) => makeEntry(name, each - 1 - index, digest));
  if (flags.json) {
    const entries = Object.fromEntries(names.map((name) => [name, listOf(name)]));
    return JSON.stringify({ apiVersion: 'v1', entries, generated: '2026-01-01T00:00:00Z' });
  }
  const text = names.map((name) => `  ${name}:\n${listOf(name).map(entryText).join('')}`).join('');
  return `apiVersion: v1\nentries:\n${text}generated: "2026-01-01T00:00:00Z"\n`;
}

/** As go-yaml writes it. */
function entryText({ annotations, keywords, maintainers, urls, description, ...rest }: Entry): string {
  return [
    '  - annotations:',
    `      category: ${annotations.category}`,
    '      images: |',
    ...annotations.images
      .trimEnd()
      .split('\n')
      .map((line) => `        ${line}`),
    '    apiVersion: v2',
    `    appVersion: ${rest.appVersion}`,
    `    created: "${rest.created}"`,
    `    description: '${description.slice(0, 80)}`,
    `      ${description.slice(80)}'`,
    `    digest: ${rest.digest}`,
    `    home: ${rest.home}`,
    `    icon: ${rest.icon}`,
    '    keywords:',
    ...keywords.map((word) => `    - ${word}`),
    '    maintainers:',
    ...maintainers.flatMap(({ email, name }) => [`    - email: ${email}`, `      name: ${name}`]),
    `    name: ${rest.name}`,
    '    urls:',
    ...urls.map((url) => `    - ${url}`),
    `    version: ${rest.version}`,
    '',
  ].join('\n');
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function run(): Promise<void> {
  const archive = gzipSync(Buffer.alloc(1024));
  const digest = createHash('sha256').update(archive).digest('hex');
  const charts = Number(flags.charts);
  const index = Buffer.from(writeIndex(charts, Number(flags.versions), digest));
  const etag = `"${createHash('sha256').update(index).digest('hex')}"`;
  const server = createServer((request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(request.url === '/index.yaml' ? index : archive);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [cold, warm]: [Measured[], Measured[]] = [[], []];
  for (let pass = 0; pass < Number(flags.passes); pass++) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-index-'));
    cold.push(await measureApart(url, folder, `chart-${charts - 1}`));
    warm.push(await measureApart(url, folder, `chart-${Math.floor(charts / 2)}`));
    rmSync(folder, { recursive: true, force: true });
  }
  server.close();
  const middle = (all: readonly Measured[], of: 'milliseconds' | 'cpu') =>
    Math.round(median(all.map((one) => one[of])));
  const most = (all: readonly Measured[]) => Math.round(Math.max(...all.map((one) => one.extraMiB)));
  const figures = {
    coldMs: middle(cold, 'milliseconds'),
    warmMs: middle(warm, 'milliseconds'),
    coldCpuMs: middle(cold, 'cpu'),
    warmCpuMs: middle(warm, 'cpu'),
    extraMiB: most(cold),
    warmExtraMiB: most(warm),
  };
  console.log(
    JSON.stringify({ megabytes: Math.round(index.length / 1e6), versions: Number(flags.versions), charts, ...figures }),
  );
}

if (flags.url === undefined) await run();
else console.log(JSON.stringify(await measure(flags.url, flags.cache ?? '')));
