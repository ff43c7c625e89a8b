/** Takes an Application or a HelmRelease, returns what keeps it in the cluster and would put back what is taken off. Pure. */
import { ownersOf } from '../../foundation/fields/owners.ts';
import type { KubernetesObject, ObjectMeta } from '../../foundation/manifest/object.ts';

export interface Keeper {
  readonly apiVersion: string;
  readonly kind: 'Application' | 'ApplicationSet' | 'Kustomization';
  readonly namespace: string;
  readonly name: string;
}

/** Undefined: nobody does, as far as it says so itself. */
export function keeperOf(object: KubernetesObject): Keeper | undefined {
  const { apiVersion, metadata } = object;
  if (object.kind === 'HelmRelease') return kustomizationOf(object);
  const { namespace = '', name, ownerReferences = [] } = metadata;
  const set = ownerReferences.find(({ kind }) => kind === 'ApplicationSet');
  if (set !== undefined) return { apiVersion, kind: 'ApplicationSet', namespace, name: set.name };
  const parent = parentOf(metadata);
  if (parent === undefined || parent === name) return undefined;
  return { apiVersion, kind: 'Application', namespace, name: parent };
}

/** It applies what git says and nothing more: where that is silent about `suspend`, it leaves it alone. */
function kustomizationOf(object: KubernetesObject): Keeper | undefined {
  const { labels = {} } = object.metadata;
  const name = labels['kustomize.toolkit.fluxcd.io/name'];
  const applies = ownersOf(object, '/spec/suspend').some(({ manager }) => manager === 'kustomize-controller');
  if (name === undefined || !applies || (object['spec'] as { suspend?: unknown }).suspend === true) return undefined;
  const namespace = labels['kustomize.toolkit.fluxcd.io/namespace'] ?? '';
  return { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace, name };
}

function parentOf({ annotations = {}, labels = {} }: ObjectMeta): string | undefined {
  const [tracked = ''] = (annotations['argocd.argoproj.io/tracking-id'] ?? '').split(':');
  return tracked.split('_').at(-1) || labels['app.kubernetes.io/instance'];
}

interface KeeperSpec {
  readonly suspend?: boolean;
  readonly syncPolicy?: {
    readonly automated?: { readonly enabled?: boolean } | null;
    readonly applicationsSync?: string;
  };
}

/** Whether it does so as it stands. */
export function keepsOn(keeper: KubernetesObject): boolean {
  const { suspend, syncPolicy = {} } = (keeper['spec'] ?? {}) as KeeperSpec;
  if (keeper.kind === 'Kustomization') return suspend !== true;
  if (keeper.kind === 'ApplicationSet')
    return !['create-only', 'create-delete'].includes(syncPolicy.applicationsSync ?? '');
  const { automated } = syncPolicy;
  return automated !== undefined && automated !== null && automated.enabled !== false;
}
