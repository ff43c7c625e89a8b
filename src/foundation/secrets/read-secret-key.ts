/** Reads a key of a Kubernetes Secret. Takes the cluster it lies in; undefined where there is no such Secret or key. */
import type { ClusterClient } from '../cluster/cluster-client.ts';
import type { SecretKeyReference } from './open-keyring.ts';

export async function readSecretKey(
  client: ClusterClient | undefined,
  { namespace, name, key }: SecretKeyReference,
): Promise<string | undefined> {
  if (client === undefined) throw new Error('its cluster is out of reach');
  const secret = await client.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  const data = secret?.data as Readonly<Record<string, unknown>> | undefined;
  const value = data && Object.hasOwn(data, key) ? data[key] : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}
