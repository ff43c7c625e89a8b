/** Takes a release whose turn it is, returns what its group makes of it and what it has to wait for; that is remembered. */
import type { PreparedRelease } from '../../pipeline/context.ts';
import { type GroupResult, takeGroupTurn } from '../rollback/group-turn.ts';
import { failedBeforeWrite } from '../rollback/remedy.ts';
import { type Blocker, findBlocker } from './find-blocker.ts';
import { findUnready } from './find-unready.ts';
import type { Entry, Loop, Turn } from './release-entry.ts';

interface Wait {
  readonly inGroup: GroupResult;
  readonly blocker: Blocker | undefined;
}

/** Undefined: it could not be told. */
export async function findWait(loop: Loop, entry: Entry, turn: Turn): Promise<Wait | undefined> {
  const { prepared } = entry;
  const meanwhile = new Set<string>();
  entry.meanwhile = meanwhile;
  try {
    for (;;) {
      meanwhile.clear();
      const inGroup = await groupTurnOf(loop, entry, turn);
      if (inGroup === undefined) return undefined;
      const blocker = await blockerOf(loop, prepared, inGroup);
      // Nobody would wake it: what it waits for has ended since it was looked at.
      if (blocker !== undefined && meanwhile.has(blocker.id)) continue;
      // In one step with the end of asking: what it waits for may end at any time.
      entry.waitsFor = blocker?.id;
      return { inGroup, blocker };
    }
  } finally {
    entry.meanwhile = undefined;
  }
}

/** Undefined: it could not be told. */
async function groupTurnOf(loop: Loop, entry: Entry, turn: Turn): Promise<GroupResult | undefined> {
  if (entry.prepared.definition.settings.rollback.group === undefined) return { result: 'forward' };
  try {
    return await takeGroupTurn(loop, entry, turn);
  } catch (thrown) {
    if (!loop.context.signal.aborted) await failedBeforeWrite(loop, entry, { thrown, turn });
    return undefined;
  }
}

async function blockerOf(loop: Loop, prepared: PreparedRelease, inGroup: GroupResult): Promise<Blocker | undefined> {
  if (inGroup.result === 'wait') return inGroup.blocker;
  // What it depends on holds up nothing but going forward.
  if (inGroup.result !== 'forward') return undefined;
  return findBlocker(loop, prepared) ?? (await findUnready(loop, prepared));
}
