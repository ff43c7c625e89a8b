/** A record as the object in which Helm's storage drivers keep it: its name, labels and type. */
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

/** Helm's HELM_DRIVER; its others (memory, sql) are not kept in a cluster. */
export type StorageDriver = 'secret' | 'configmap';

/** The API server takes at most this many bytes of data in a Secret or a ConfigMap. */
const maxBytes = 1024 * 1024;

export function recordKind(driver: StorageDriver): {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret' | 'ConfigMap';
} {
  return { apiVersion: 'v1', kind: driver === 'secret' ? 'Secret' : 'ConfigMap' };
}

export function recordName(release: string, version: number): string {
  return `sh.helm.release.v1.${release}.v${version}`;
}

export interface Stamp {
  readonly driver: StorageDriver;
  /** Where it lies; the release itself may lie in another. */
  readonly namespace: string;
  readonly label: 'createdAt' | 'modifiedAt';
  readonly time: Date;
}

/** Fails with `history.too-large`. Helm replaces `createdAt` by `modifiedAt` when it updates a record. */
export async function recordObject(record: ReleaseRecord, stamp: Stamp): Promise<KubernetesObject> {
  const text = await encodeRecord(record);
  if (text.length > maxBytes) throw tooLarge(record, text.length);
  const isSecret = stamp.driver === 'secret';
  return {
    ...recordKind(stamp.driver),
    metadata: {
      name: recordName(record.name, record.version),
      namespace: stamp.namespace,
      labels: {
        ...customLabels(record.labels ?? {}),
        [stamp.label]: String(Math.floor(stamp.time.getTime() / 1000)),
        name: record.name,
        owner: 'helm',
        status: record.info.status,
        version: String(record.version),
      },
    },
    ...(isSecret ? { type: 'helm.sh/release.v1' } : {}),
    data: { release: isSecret ? Buffer.from(text).toString('base64') : text },
  };
}

/** The text that `recordObject` put in; undefined where there is none. */
export function recordText({ kind, data }: KubernetesObject): string | undefined {
  const text = (data as { release?: unknown } | undefined)?.release;
  if (typeof text !== 'string') return undefined;
  return kind === 'ConfigMap' ? text : Buffer.from(text, 'base64').toString('latin1');
}

export function customLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !systemLabels.has(key)));
}

export function tooLarge(record: ReleaseRecord, bytes: number): HelmGitopsError {
  const megabytes = (count: number) => `${(count / maxBytes).toFixed(2)} MiB`;
  const largest = partSizes(record)
    .sort((left, right) => right.bytes - left.bytes)
    .filter((part, index) => index === 0 || part.bytes >= maxBytes / 100)
    .slice(0, 3)
    .map(({ name, bytes: size }) => `${name} (${megabytes(size)})`);
  return new HelmGitopsError(
    'history.too-large',
    'user',
    `release ${record.name} takes ${megabytes(bytes)} as Helm stores it, the cluster takes 1 MiB; before compression: ${largest.join(', ')}`,
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
