/** Whether a release whose definition is gone may go by itself. Data and other people's objects wait for a person. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';

export type RemovalDecision =
  | { readonly removal: 'uninstall' | 'keep' }
  | { readonly removal: 'wait'; readonly reason: string };

export interface RemovalQuestion {
  readonly state: Pick<ReleaseState, 'onRemove' | 'removal'> & Begun;
  /** Kinds in its recorded manifest. */
  readonly kinds: readonly string[];
  /** One of its objects may only be deleted when a person says so. */
  readonly asks?: boolean;
  readonly guarded: boolean;
  /** Why its definition is probably not gone. */
  readonly doubt?: string | undefined;
}

type Begun = Pick<ReleaseState, 'deployed' | 'intent' | 'failure' | 'quarantine' | 'uninstalled'>;

/** Whether anything of the release is ours: a state alone may be of one that was found there and left alone. */
export function hasBegun({ deployed, intent, failure, quarantine, uninstalled }: Begun): boolean {
  const known = [deployed, intent, failure?.version, quarantine, uninstalled];
  return known.some((part) => part !== undefined);
}

/** Data that stays behind when the release goes elsewhere. */
export function holdsVolumes({ kind, ...object }: KubernetesObject): boolean {
  if (kind === 'PersistentVolumeClaim') return true;
  const claims = (object['spec'] as { volumeClaimTemplates?: unknown } | undefined)?.volumeClaimTemplates;
  return kind === 'StatefulSet' && Array.isArray(claims) && claims.length > 0;
}

const preciousKinds = ['StatefulSet', 'PersistentVolumeClaim', 'CustomResourceDefinition'];

export function decideRemoval({ state, kinds, asks, guarded, doubt }: RemovalQuestion): RemovalDecision {
  if (!hasBegun(state)) return { removal: 'keep' };
  const confirmed = state.removal?.confirmed === true;
  if (doubt !== undefined && !confirmed) return { removal: 'wait', reason: doubt };
  if (state.onRemove === 'keep') return { removal: 'keep' };
  if (confirmed) return { removal: 'uninstall' };
  if (state.onRemove === 'confirm') return { removal: 'wait', reason: 'onRemove is confirm' };
  if (asks) return { removal: 'wait', reason: 'one of its objects has the sync option Delete=confirm' };
  const precious = preciousKinds.find((kind) => kinds.includes(kind));
  if (precious) return { removal: 'wait', reason: `the release holds a ${precious}` };
  if (guarded) return { removal: 'wait', reason: 'more than a fifth of the environment would go within a day' };
  return { removal: 'uninstall' };
}

/** More than 20 % and more than 2 of an environment's releases. */
export function isMassRemoval(removed: number, total: number): boolean {
  return removed > 2 && removed > total * 0.2;
}
