/** What is remembered of a release's objects from one start of the daemon to the next, and how it is written. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export type TrackedObject = Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>;

/** `apps/v1 Deployment web/shop` → the fingerprint and the digest of the applied object that compared equal, or `''`. */
export type CleanMarks = Readonly<Record<string, string>>;

export const markOf = ({ apiVersion, kind, metadata: { namespace = '', name } }: TrackedObject): string =>
  `${apiVersion} ${kind} ${namespace}/${name}`;

export function readMark(text: string): TrackedObject {
  const [apiVersion = '', kind = '', place = ''] = text.split(' ');
  const slash = place.indexOf('/');
  const namespace = place.slice(0, slash);
  return { apiVersion, kind, metadata: { name: place.slice(slash + 1), ...(namespace ? { namespace } : {}) } };
}
