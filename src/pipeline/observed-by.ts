/**
 * Whether a release is only to be observed, and why: because a setting says so, or because another tool's own object for
 * it lives in the cluster and no setting says otherwise. It reads at most that one object.
 */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../foundation/manifest/object.ts';
import type { ForeignObject } from './definitions/foreign-object.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { isHandedOver } from './takeover/handover.ts';

interface Asking {
  readonly client: Pick<ClusterClient, 'get'>;
  readonly signal: AbortSignal;
}

/** Why, in a few words; undefined of a release that is kept. */
export async function observedBy(
  { client, signal }: Asking,
  { settings, foreign }: Pick<ReleaseDefinition, 'settings' | 'foreign'>,
): Promise<string | undefined> {
  if (settings.mode === 'observe') return 'mode is observe';
  if (settings.mode === 'deploy' || foreign === undefined) return undefined;
  const { tool, kind, namespace, name } = foreign;
  const object = await liveForeign({ client, signal }, foreign).catch((thrown: unknown) => {
    throw withHint(thrown, `${kind} ${namespace}/${name} of ${tool}`);
  });
  if (object === undefined || isHandedOver(object, foreign)) return undefined;
  return `the ${kind} ${namespace}/${name} of ${tool} lives in the cluster`;
}

/** The object that the other tool itself acts on, in the first version that the cluster serves. */
export async function liveForeign(
  { client, signal }: Asking,
  foreign: ForeignObject,
): Promise<KubernetesObject | undefined> {
  const { apiVersion, otherVersions = [], kind, namespace, name } = foreign;
  for (const version of [apiVersion, ...otherVersions]) {
    const object = await client.get({ apiVersion: version, kind, namespace, name }, { signal });
    if (object !== undefined) return object;
  }
  return undefined;
}

/** Where nobody may see whether the other tool is at work, nothing is written. */
function withHint(thrown: unknown, what: string): unknown {
  const { code, fault, message, hint } = asHelmGitopsError(thrown);
  if (code !== 'cluster.forbidden') return thrown;
  const how = `the ${what} would say whether it is deployed elsewhere: let it be read, or set mode`;
  return new HelmGitopsError(code, fault, message, { hint: hint ?? how, cause: thrown });
}
