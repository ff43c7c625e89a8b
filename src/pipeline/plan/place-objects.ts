/**
 * Takes objects as a chart renders them; returns them with the namespace they will lie in: the release's where a
 * namespaced one names none, none where the kind has none. Of one that is rendered twice the last counts: Helm writes
 * both, and that is what stays. A kind that neither the cluster nor the release's own CRDs know is the user's error,
 * before anything is written.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { Discovery } from '../../foundation/cluster/cluster-client.ts';
import {
  groupVersionKind,
  type KubernetesObject,
  keyId,
  objectKey,
  objectLabel,
} from '../../foundation/manifest/object.ts';

export interface Placement {
  readonly objects: readonly KubernetesObject[];
  readonly namespace: string;
  readonly discovery: Discovery;
  /** CustomResourceDefinitions that the release brings itself. */
  readonly crds: readonly KubernetesObject[];
  /** Those that its hooks bring, which is too late. */
  readonly hooked?: readonly KubernetesObject[];
}

export function placeObjects({ objects, namespace, discovery, crds, hooked = [] }: Placement): KubernetesObject[] {
  const placed = objects.map((object) => {
    const namespaced =
      discovery.resource(groupVersionKind(object))?.namespaced ?? scopeFromCrds(object, [...crds, ...objects]);
    if (namespaced === undefined)
      throw discovery.unavailable.includes(object.apiVersion)
        ? silentApi(object)
        : unknownKind(object, discovery, hooked);
    const { namespace: own, ...metadata } = object.metadata;
    return { ...object, metadata: namespaced ? { ...object.metadata, namespace: own || namespace } : metadata };
  });
  const last = new Map(placed.map((object) => [keyId(objectKey(object)), object]));
  return placed.filter((object) => last.get(keyId(objectKey(object))) === object);
}

function scopeFromCrds(object: KubernetesObject, candidates: readonly KubernetesObject[]): boolean | undefined {
  const { group, kind } = groupVersionKind(object);
  for (const crd of candidates) {
    if (crd.kind !== 'CustomResourceDefinition') continue;
    const spec = crd['spec'] as { group?: string; scope?: string; names?: { kind?: string } } | undefined;
    if (spec?.group === group && spec.names?.kind === kind) return spec.scope === 'Namespaced';
  }
  return undefined;
}

function unknownKind(
  object: KubernetesObject,
  { resources }: Discovery,
  hooked: readonly KubernetesObject[],
): HelmGitopsError {
  const { group, kind } = groupVersionKind(object);
  const others = resources.filter((one) => one.kind === kind && one.group === group).map(({ version }) => version);
  const served = [...new Set(others)].map((version) => (group === '' ? version : `${group}/${version}`));
  const label = objectLabel({ kind: object.kind, name: object.metadata.name ?? '' });
  const message = `resource mapping not found for ${label}: no matches for kind "${object.kind}" in version "${object.apiVersion}"`;
  const isCustom = group.includes('.') && !group.endsWith('.k8s.io');
  // Somebody may install it at any time, with another release or by hand.
  if (served.length === 0 && isCustom) {
    const isHooked = scopeFromCrds(object, hooked) !== undefined;
    const hint = isHooked
      ? `a hook brings the CustomResourceDefinition of ${kind}, and hooks come too late: move it to crds/`
      : `a CustomResourceDefinition of ${kind} in ${group} is missing: install it first, with an application that this one names in dependsOn`;
    return new HelmGitopsError('plan.crd-missing', 'transient', message, { hint });
  }
  const hint =
    served.length > 0
      ? `the cluster serves ${kind} as ${served.join(', ')}: use that apiVersion`
      : `the cluster does not serve ${kind}: check kind and apiVersion`;
  return new HelmGitopsError('plan.unknown-kind', 'user', message, { hint });
}

/** An API of its own server (APIService) that is out of service: whether it knows the kind cannot be said. */
function silentApi({ apiVersion, kind, metadata: { name = '' } }: KubernetesObject): HelmGitopsError {
  const [group, version] = apiVersion.split('/');
  return new HelmGitopsError(
    'plan.api-unavailable',
    'transient',
    `the API ${apiVersion} of ${objectLabel({ kind, name })} does not answer`,
    { hint: `kubectl get apiservices ${version}.${group} says why; delete it when nothing serves it any more` },
  );
}

/** The same for what is to be deleted or put back: nothing is left behind because its API is out of service just now. */
export function placeRecordedWhole(placement: Omit<Placement, 'crds'>): KubernetesObject[] {
  const { discovery } = placement;
  const objects = placement.objects.map((object) => inServedVersion(object, discovery));
  const silent = objects.find(
    (object) =>
      discovery.resource(groupVersionKind(object)) === undefined && discovery.unavailable.includes(object.apiVersion),
  );
  if (silent) throw silentApi(silent);
  return placeRecorded({ ...placement, objects });
}

/** An object whose version the cluster serves no more is still there, in another version. */
function inServedVersion(object: KubernetesObject, discovery: Discovery): KubernetesObject {
  const gvk = groupVersionKind(object);
  if (discovery.resource(gvk) !== undefined) return object;
  const other = discovery.resources.find(({ group, kind }) => group === gvk.group && kind === gvk.kind);
  if (other === undefined) return object;
  return { ...object, apiVersion: gvk.group === '' ? other.version : `${gvk.group}/${other.version}` };
}

/** The same for what was recorded: a kind that the cluster serves no more has no objects left to compare or delete. */
export function placeRecorded({ objects, namespace, discovery }: Omit<Placement, 'crds'>): KubernetesObject[] {
  const served = objects.filter((object) => discovery.resource(groupVersionKind(object)) !== undefined);
  return placeObjects({ objects: served, namespace, discovery, crds: [] });
}
