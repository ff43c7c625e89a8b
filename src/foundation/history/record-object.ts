/** A record as the Secret that Helm's default storage driver keeps: its name, labels and type. */
import { HelmGitopsError } from '../base/errors.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { encodeRecord } from './record-codec.ts';
import type { ReleaseRecord } from './release-record.ts';

export const systemLabels: ReadonlySet<string> = new Set([
  'name',
  'owner',
  'status',
  'version',
  'createdAt',
  'modifiedAt',
]);

/** The API server takes at most this many bytes of data in a Secret. */
const maxSecretBytes = 1024 * 1024;

export function secretName(release: string, version: number): string {
  return `sh.helm.release.v1.${release}.v${version}`;
}

export interface Stamp {
  readonly label: 'createdAt' | 'modifiedAt';
  readonly time: Date;
}

/** Fails with `history.too-large`. Helm replaces `createdAt` by `modifiedAt` when it updates a record. */
export async function secretObject(record: ReleaseRecord, stamp: Stamp): Promise<KubernetesObject> {
  const text = await encodeRecord(record);
  if (text.length > maxSecretBytes) throw tooLarge(record, text.length);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName(record.name, record.version),
      namespace: record.namespace,
      labels: {
        ...customLabels(record.labels ?? {}),
        [stamp.label]: String(Math.floor(stamp.time.getTime() / 1000)),
        name: record.name,
        owner: 'helm',
        status: record.info.status,
        version: String(record.version),
      },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(text).toString('base64') },
  };
}

export function customLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !systemLabels.has(key)));
}

export function tooLarge(record: ReleaseRecord, bytes: number): HelmGitopsError {
  const megabytes = (count: number) => `${(count / maxSecretBytes).toFixed(2)} MiB`;
  const largest = partSizes(record)
    .sort((left, right) => right.bytes - left.bytes)
    .slice(0, 3)
    .map(({ name, bytes: size }) => `${name} (${megabytes(size)})`);
  return new HelmGitopsError(
    'history.too-large',
    'user',
    `release ${record.name} takes ${megabytes(bytes)} as Helm stores it, a Secret holds 1 MiB; before compression: ${largest.join(', ')}`,
    { hint: 'keep files that no template reads out of the chart with .helmignore, or split the chart in two' },
  );
}

function partSizes(record: ReleaseRecord): { name: string; bytes: number }[] {
  const files = [record.chart.templates, record.chart.files].flat().flatMap((file) => {
    const { name, data } = (file ?? {}) as { name?: unknown; data?: unknown };
    return typeof name === 'string' && typeof data === 'string' ? [{ name, bytes: (data.length * 3) / 4 }] : [];
  });
  const values = JSON.stringify(record.chart.values ?? null).length + JSON.stringify(record.config).length;
  const hooks = record.hooks.reduce((sum, hook) => sum + hook.manifest.length, 0);
  return [
    ...files,
    { name: 'the manifest', bytes: record.manifest.length + hooks },
    { name: 'the values', bytes: values },
    { name: 'the notes', bytes: record.info.notes?.length ?? 0 },
  ];
}
