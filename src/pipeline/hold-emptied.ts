/**
 * Takes what is planned for a release, returns why it waits where nothing is rendered any more: everything would go, which a
 * person decides. It writes down what waits, and nothing else.
 */
import type { PreparedRelease, ReleaseContext } from './context.ts';
import type { NextStep } from './plan/next-step.ts';
import type { Plan } from './plan/plan.ts';
import { emptiedId, emptiedReason } from './remediate/removal-reasons.ts';

export async function holdEmptied(
  { states, now }: ReleaseContext,
  { definition, digest }: PreparedRelease,
  { changes }: Plan,
): Promise<Extract<NextStep, { step: 'hold' }> | undefined> {
  const going = countEmptied(changes);
  if (going === 0) return undefined;
  const { namespace, releaseName } = definition;
  const known = (await states.read(namespace, releaseName))?.state.emptied;
  if (known?.digest === digest && known.confirmed) return undefined;
  const id = emptiedId(definition);
  const message = emptiedReason(going);
  if (known?.digest !== digest) {
    const emptied = { id, since: now().toISOString(), reason: message, digest };
    await states.change(namespace, releaseName, (state) => state && { ...state, emptied });
  }
  const hint = `render something, or run: helm-gitops confirm ${id}`;
  return { step: 'hold', reason: 'empty-render', message, hint };
}

/** How many objects would go of a release that renders nothing any more; 0 of every other. */
export function countEmptied(changes: Plan['changes']): number {
  const isEmpty = changes.every(({ operation }) => operation === 'delete' || operation === 'keep');
  return isEmpty ? changes.filter(({ operation }) => operation === 'delete').length : 0;
}
