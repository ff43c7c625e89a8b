/** Takes an Application, returns what keeps it in the cluster and would put back what is taken off. Pure. */
import type { KubernetesObject, ObjectMeta } from '../../foundation/manifest/object.ts';

export interface Keeper {
  readonly kind: 'Application' | 'ApplicationSet';
  readonly namespace: string;
  readonly name: string;
}

/** Undefined: nobody does, as far as it says so itself. */
export function keeperOf({ metadata }: KubernetesObject): Keeper | undefined {
  const { namespace = '', name, ownerReferences = [] } = metadata;
  const set = ownerReferences.find(({ kind }) => kind === 'ApplicationSet');
  if (set !== undefined) return { kind: 'ApplicationSet', namespace, name: set.name };
  const parent = parentOf(metadata);
  return parent === undefined || parent === name ? undefined : { kind: 'Application', namespace, name: parent };
}

function parentOf({ annotations = {}, labels = {} }: ObjectMeta): string | undefined {
  const [tracked = ''] = (annotations['argocd.argoproj.io/tracking-id'] ?? '').split(':');
  return tracked.split('_').at(-1) || labels['app.kubernetes.io/instance'];
}

/** Whether it does so as it stands. */
export function keepsOn(keeper: KubernetesObject): boolean {
  const spec = (keeper['spec'] ?? {}) as {
    readonly syncPolicy?: {
      readonly automated?: { readonly enabled?: boolean };
      readonly applicationsSync?: string;
    };
  };
  if (keeper.kind === 'ApplicationSet')
    return !['create-only', 'create-delete'].includes(spec.syncPolicy?.applicationsSync ?? '');
  const automated = spec.syncPolicy?.automated;
  return automated !== undefined && automated !== null && automated.enabled !== false;
}
