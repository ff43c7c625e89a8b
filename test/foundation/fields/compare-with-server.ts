/** What of an object of ours is other than the server's: controllers may write in between, and times differ. */
import { diffFields } from '../../../src/foundation/fields/diff.ts';
import {
  groupVersionKind,
  type KubernetesObject,
  type ManagedFieldsEntry,
} from '../../../src/foundation/manifest/object.ts';

/** What we set and the server has otherwise. */
export function unsettled(ours: KubernetesObject, real: KubernetesObject) {
  const server = /^\/(metadata\/(resourceVersion|generation)$|status)/;
  return diffFields(ours, real, groupVersionKind(real), { extra: false }).filter(
    ({ pointer }) => !server.test(pointer),
  );
}

/** Of no controller. */
const isOurs = ({ manager = '' }: ManagedFieldsEntry): boolean => !/^(kube-|kwok)/.test(manager);

/** Who owns what, in an order of its own. */
export function timeless(object: KubernetesObject): string[] {
  const entries = (object.metadata.managedFields ?? [])
    .filter(isOurs)
    .map(({ time: _, ...entry }: ManagedFieldsEntry) => JSON.stringify(sorted(entry), undefined, 1));
  return entries.sort();
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, below]) => [key, sorted(below)]),
  );
}
