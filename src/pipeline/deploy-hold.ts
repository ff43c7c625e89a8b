/** What keeps anything new from being deployed at a moment: a freeze, or its sync windows. What is under way goes on, and rollbacks. */
import { describeFreeze } from '../foundation/state/describe-freeze.ts';
import type { ReleaseContext } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import type { NextStep } from './plan/next-step.ts';
import { closedWindow } from './plan/sync-window.ts';

export function deployHold(
  { freezeOf, now }: Pick<ReleaseContext, 'freezeOf' | 'now'>,
  { environment, settings }: ReleaseDefinition,
): Extract<NextStep, { step: 'hold' }> | undefined {
  const freeze = freezeOf?.(environment);
  if (freeze === undefined) return closedWindow(settings.sync.windows, now().getTime());
  const hint = 'it goes on with: helm-gitops unfreeze';
  return { step: 'hold', reason: 'frozen', message: describeFreeze(freeze), hint };
}
