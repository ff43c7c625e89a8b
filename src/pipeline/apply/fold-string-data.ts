/** A Secret as the API server stores it: `stringData` in base64 over `data`. Every other object as it is. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export function foldStringData(object: KubernetesObject): KubernetesObject {
  const { stringData, data, ...rest } = object;
  if (object.kind !== 'Secret' || typeof stringData !== 'object' || stringData === null) return object;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  return {
    ...rest,
    data: Object.fromEntries([...Object.entries((data ?? {}) as object), ...encoded]),
  } as KubernetesObject;
}
