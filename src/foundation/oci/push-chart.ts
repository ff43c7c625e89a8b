/**
 * Takes a chart archive and its metadata, puts it into a registry with the manifest that `helm push` 4.2.4 would write;
 * only the time of creation is the caller's. Returns the manifest's digest.
 */
import { asJsonObject, type JsonObject, readJsonObject } from './json-object.ts';
import { mediaTypes } from './media-types.table.ts';
import { ociError } from './oci-error.ts';
import type { Registry } from './open-registry.ts';
import { type OciReference, parseReference, referenceTo } from './reference.ts';
import { digestOf } from './verify-content.ts';

export interface ChartPush {
  /** The folder to push to, as with `helm push`: name and version of the chart are added. */
  readonly reference: OciReference;
  readonly archive: Uint8Array;
  /** Chart.yaml as Go's encoding/json writes it: the configuration, byte for byte. */
  readonly metadata: string;
  readonly provenance?: Uint8Array | undefined;
  /** For `org.opencontainers.image.created`. */
  readonly created: Date;
  readonly signal?: AbortSignal | undefined;
}

export interface PushedChart {
  /** Of the manifest. */
  readonly digest: string;
  readonly reference: OciReference;
}

export async function pushChart(registry: Registry, push: ChartPush): Promise<PushedChart> {
  const { archive, metadata, provenance, signal } = push;
  const chart = readJsonObject(metadata);
  const [name, version] = [chart?.get('name'), chart?.get('version')];
  if (chart === undefined || typeof name !== 'string' || typeof version !== 'string')
    throw ociError('oci.manifest', 'the metadata of the chart has no name or version');
  const { registry: host, repository } = push.reference;
  const target = referenceTo(parseReference(`${host}/${repository}/${name}`), version);
  const config = Buffer.from(metadata);
  const layers = [
    { mediaType: mediaTypes.helmChart, bytes: archive },
    ...(provenance === undefined ? [] : [{ mediaType: mediaTypes.helmProvenance, bytes: provenance }]),
  ].map(({ mediaType, bytes }) => ({ mediaType, digest: digestOf(bytes), size: bytes.length }));
  for (const bytes of [archive, config, ...(provenance === undefined ? [] : [provenance])])
    await registry.writeBlob(target, bytes, signal);
  const descriptor = { mediaType: mediaTypes.helmConfig, digest: digestOf(config), size: config.length };
  layers.sort((left, right) => (left.digest < right.digest ? -1 : 1));
  const annotations = annotationsOf(chart, push.created).map((pair) => pair.map(goJson).join(':'));
  const manifest = `{"schemaVersion":2,"config":${goJson(descriptor)},"layers":${goJson(layers)},"annotations":{${annotations}}}`;
  const digest = await registry.writeManifest(target, Buffer.from(manifest), signal);
  return { digest, reference: target };
}

/** The chart's own annotations over those made of its other fields, but for title and version. */
function annotationsOf(chart: JsonObject, created: Date): [string, string][] {
  const image = (name: string) => `org.opencontainers.image.${name}`;
  const sources = chart.get('sources');
  const made: [string, unknown][] = [
    [image('description'), chart.get('description')],
    [image('title'), chart.get('name')],
    [image('version'), chart.get('version')],
    [image('url'), chart.get('home')],
    [image('created'), created.toISOString().replace(/\.\d+Z$/, 'Z')],
    [image('source'), Array.isArray(sources) ? sources[0] : undefined],
    [image('authors'), authorsOf(chart.get('maintainers'))],
  ];
  const annotations = new Map(made.filter((one): one is [string, string] => isText(one[1])));
  for (const [key, value] of asJsonObject(chart.get('annotations')) ?? []) {
    if (key !== image('title') && key !== image('version') && typeof value === 'string') annotations.set(key, value);
  }
  return [...annotations].sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** `Ada (ada@example.com), Bob` */
function authorsOf(maintainers: unknown): string {
  if (!Array.isArray(maintainers)) return '';
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return maintainers
    .map((maintainer) => {
      const object = asJsonObject(maintainer);
      const email = text(object?.get('email'));
      return `${text(object?.get('name'))}${email === '' ? '' : ` (${email})`}`;
    })
    .join(', ');
}

/** As encoding/json has it: safe within HTML. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
