/** Takes the gates of a promotion and what is remembered of them, returns what is to be remembered. Pure. */
import type { PromotionState, RememberedGate } from '../../foundation/state/release-state.ts';
import type { Gate } from './gates.ts';

type Remembered = NonNullable<PromotionState['gates']>;

/** Undefined: just as it is remembered. */
export function rememberGates(
  before: Remembered | undefined,
  { id, gates }: { readonly id: string; readonly gates: readonly Gate[] },
  now: Date,
): Remembered | undefined {
  const known = before?.id === id ? before.gates : [];
  const found = gates.map((gate): RememberedGate => {
    const { name, of, open, measured } = gate;
    const kept = rememberedGate(known, gate);
    const since = kept?.open === open ? kept.since : now.toISOString();
    return { name, ...(of ? { of } : {}), open, since, ...(measured === undefined ? {} : { measured }) };
  });
  const isSame = before?.id === id && JSON.stringify(found) === JSON.stringify(known);
  return isSame ? undefined : { id, gates: found };
}

export function rememberedGate(
  known: readonly RememberedGate[],
  { name, of }: Pick<Gate, 'name' | 'of'>,
): RememberedGate | undefined {
  return known.find((one) => one.name === name && one.of === of);
}
