/** Hides what Secrets hold, for diffs, logs and pages: keys stay, values become `***`. */
import type { JsonObject, KubernetesObject } from './object.ts';

export const MASK = '***';

/** Holds a copy of the whole object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object itself unless it is a Secret; never changes its argument. */
export function maskObject(object: KubernetesObject): KubernetesObject {
  if (object.kind === 'SecretList' && Array.isArray(object.items)) {
    return {
      ...object,
      items: object.items.map((item) => (isMap(item) ? maskSecret(item as KubernetesObject) : MASK)),
    };
  }
  return object.kind === 'Secret' ? maskSecret(object) : object;
}

function maskSecret(secret: KubernetesObject): KubernetesObject {
  const masked = { ...secret };
  for (const field of ['data', 'stringData']) {
    if (secret[field] !== undefined) masked[field] = maskValues(secret[field]);
  }
  const annotations = secret.metadata?.annotations;
  if (isMap(annotations) && Object.hasOwn(annotations, LAST_APPLIED)) {
    masked.metadata = { ...secret.metadata, annotations: { ...annotations, [LAST_APPLIED]: MASK } };
  }
  return masked;
}

function maskValues(values: unknown): unknown {
  if (values === null) return null;
  if (!isMap(values)) return MASK;
  return Object.fromEntries(Object.keys(values).map((key) => [key, MASK]));
}

function isMap(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
