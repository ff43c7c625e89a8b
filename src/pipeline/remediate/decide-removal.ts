/** Whether a release whose definition is gone may go by itself. Data and other people's objects wait for a person. */
import type { ReleaseState } from '../../foundation/state/release-state.ts';

export type RemovalDecision =
  | { readonly removal: 'uninstall' | 'keep' }
  | { readonly removal: 'wait'; readonly reason: string };

export interface RemovalQuestion {
  readonly state: Pick<ReleaseState, 'onRemove' | 'removal'>;
  /** Kinds in its recorded manifest. */
  readonly kinds: readonly string[];
  readonly guarded: boolean;
}

const preciousKinds = ['StatefulSet', 'PersistentVolumeClaim', 'CustomResourceDefinition'];

export function decideRemoval({ state, kinds, guarded }: RemovalQuestion): RemovalDecision {
  if (state.onRemove === 'keep') return { removal: 'keep' };
  if (state.removal?.confirmed) return { removal: 'uninstall' };
  if (state.onRemove === 'confirm') return { removal: 'wait', reason: 'onRemove is confirm' };
  const precious = preciousKinds.find((kind) => kinds.includes(kind));
  if (precious) return { removal: 'wait', reason: `the release holds a ${precious}` };
  if (guarded) return { removal: 'wait', reason: 'more than a fifth of the environment would go within a day' };
  return { removal: 'uninstall' };
}

/** More than 20 % and more than 2 of an environment's releases. */
export function isMassRemoval(removed: number, total: number): boolean {
  return removed > 2 && removed > total * 0.2;
}
