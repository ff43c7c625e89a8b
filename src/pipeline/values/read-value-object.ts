/** What a Secret or ConfigMap of the release's namespace holds, as text by key. Takes the object as the cluster has it. */
import { fromBytes } from '../../foundation/base/byte-string.ts';
import type { ClusterClient, ObjectReference } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { collectScalars } from '../../foundation/secrets/collect-scalars.ts';
import type { SecretMask } from '../../foundation/secrets/secret-mask.ts';
import type { ObjectSource, ReleaseDefinition } from '../definitions/release-definition.ts';
import type { ReadObject, ValueObject } from './merge-values.ts';

export function valueObjectReference(
  { type, name, namespace }: Pick<ObjectSource, 'type' | 'name' | 'namespace'>,
  definition: Pick<ReleaseDefinition, 'namespace'>,
): ObjectReference {
  const kind = type === 'secret' ? 'Secret' : 'ConfigMap';
  return { apiVersion: 'v1', kind, namespace: namespace ?? definition.namespace, name };
}

/** Asks the cluster each time. */
export function readValueObjects(
  client: ClusterClient,
  definition: ReleaseDefinition,
  { signal, mask }: { readonly signal: AbortSignal; readonly mask?: SecretMask | undefined },
): ReadObject {
  return async (source) => {
    const object = await client.get(valueObjectReference(source, definition), { signal });
    return object && valueObject(object, mask);
  };
}

/** What a Secret holds is made known to the mask before anything is done with it. */
export function valueObject(
  { kind, metadata, data, binaryData }: KubernetesObject,
  mask: Pick<SecretMask, 'add'> | undefined,
): ValueObject {
  const decoded = (text: string) => fromBytes(Buffer.from(text, 'base64'));
  const plain = textsOf(data).map(([key, text]) => [key, kind === 'Secret' ? decoded(text) : text] as const);
  const binary = textsOf(binaryData).map(([key, text]) => [key, decoded(text)] as const);
  if (kind === 'Secret') for (const [, text] of plain) mask?.add(collectScalars(text));
  return { uid: metadata.uid ?? '', data: new Map([...plain, ...binary]) };
}

function textsOf(data: unknown): [string, string][] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
