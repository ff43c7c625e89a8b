/**
 * A chart repository and an OCI registry in one, on the loopback, for the charts of a folder: reads only, keeps everything
 * in memory, and packs the charts anew when Enter is pressed. `node serve.ts [PORT] [FOLDER]`, by default 8879 and the
 * charts beside this file.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const source = join(here, '..', '..', 'src', 'main.ts');
const program = existsSync(source) ? source : join(here, '..', '..', 'bin', 'helm-gitops.js');
const port = Number(process.argv[2] ?? 8879);
const folder = process.argv[3] ?? join(here, 'charts');

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly archive: Buffer;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Every version that was ever packed while this runs stays, as a repository keeps them. */
const charts = new Map<string, Packed>();
const blobs = new Map<string, Buffer>();

function pack(): void {
  const packed = mkdtempSync(join(tmpdir(), 'charts-'));
  for (const chart of readdirSync(folder)) {
    execFileSync(process.execPath, [program, 'package', join(folder, chart), '-d', packed]);
  }
  for (const file of readdirSync(packed)) {
    const [, name = '', version = ''] = /^(.+)-(\d+\.\d+\.\d+.*)\.tgz$/.exec(file) ?? [];
    charts.set(file, { name, version, archive: readFileSync(join(packed, file)) });
  }
  rmSync(packed, { recursive: true });
  process.stdout.write(`serving ${[...charts.keys()].join(', ')}\n`);
}

function index(): string {
  const names = new Set([...charts.values()].map(({ name }) => name));
  const entries = [...names].map((name) => {
    const versions = [...charts].filter(([, chart]) => chart.name === name);
    return [
      `  ${name}:`,
      ...versions.map(
        ([file, { version, archive }]) =>
          `  - {apiVersion: v2, name: ${name}, version: ${version}, digest: ${digestOf(archive).slice(7)}, urls: [${file}]}`,
      ),
    ].join('\n');
  });
  return `apiVersion: v1\nentries:\n${entries.join('\n')}\n`;
}

function keep(bytes: Buffer, mediaType: string) {
  blobs.set(digestOf(bytes), bytes);
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

function manifestOf({ name, version, archive }: Packed): Buffer {
  const config = keep(Buffer.from(JSON.stringify({ name, version })), 'application/vnd.cncf.helm.config.v1+json');
  const layer = keep(archive, 'application/vnd.cncf.helm.chart.content.v1.tar+gzip');
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [layer] }));
  keep(manifest, manifestType);
  return manifest;
}

/** `/v2/charts/NAME/{tags/list,manifests/TAG,blobs/DIGEST}` of the distribution API. */
function answerRegistry(path: string, response: ServerResponse): void {
  const [, name = '', kind, reference = ''] = /^\/v2\/charts\/([^/]+)\/(tags|manifests|blobs)\/(.+)$/.exec(path) ?? [];
  const versions = [...charts.values()].filter((chart) => chart.name === name);
  const found = versions.find(({ version }) => version.replace('+', '_') === reference);
  const bytes = kind === 'manifests' && found ? manifestOf(found) : blobs.get(reference);
  if (path === '/v2/') response.end('{}');
  else if (kind === 'tags') response.end(JSON.stringify({ name, tags: versions.map(({ version }) => version) }));
  else if (bytes === undefined) response.writeHead(404).end();
  else {
    const type = kind === 'manifests' ? manifestType : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'docker-content-digest': digestOf(bytes) }).end(bytes);
  }
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const archive = charts.get(pathname.slice(1))?.archive;
  if (pathname.startsWith('/v2/')) answerRegistry(pathname, response);
  else if (pathname === '/index.yaml') response.end(index());
  else if (archive) response.end(archive);
  else response.writeHead(404).end();
});

pack();
server.listen(port, '127.0.0.1', () => process.stdout.write(`listening on 127.0.0.1:${port}\n`));
process.stdin.on('data', pack);
