/** What becomes of a release that git wants otherwise, while it is held: what runs is watched, and why it waits is told once. */
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import { releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { HoldReason, NextStep } from '../../pipeline/plan/next-step.ts';
import { describeStanding } from '../../pipeline/remediate/describe-standing.ts';
import { shortRevision } from '../../pipeline/source/checkout.ts';
import type { Health } from '../control.ts';
import type { Hold } from '../holds.ts';
import { type Entry, type Loop, lookAgain, type Turn, tellOnce } from './release-entry.ts';
import { beginSoak } from './soak.ts';

/** What runs stays until somebody decides. */
export async function standBack(loop: Loop, entry: Entry, { hold, turn }: { hold: Hold; turn: Turn }): Promise<void> {
  const { prepared } = entry;
  const { for: what, message, hint, again } = hold;
  const fields = { for: what, message, ...(hint ? { hint } : {}) };
  tellOnce(entry, `waits ${what} ${message}`, () =>
    loop.emit({ event: 'release.waiting', ...releaseFields(prepared), ...fields }),
  );
  loop.model.set(definitionId(prepared.definition), { health: 'blocked', message: `waits for ${what}` });
  if (again) lookAgain(loop, definitionId(prepared.definition), { enqueue: turn.enqueue });
  else await standHeld(loop, entry);
}

interface Holding {
  readonly step: Extract<NextStep, { step: 'hold' }>;
  readonly turn: Turn;
}

/** Its own state, or what another hand did, keeps it from being as git says. */
export async function standHold(loop: Loop, entry: Entry, { step, turn }: Holding): Promise<void> {
  const { prepared } = entry;
  const { namespace, releaseName } = prepared.definition;
  const fields = releaseFields(prepared);
  const id = definitionId(prepared.definition);
  const { reason, hint } = step;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const message = (reason === 'quarantined' && state && describeStanding(state, shortRevision)) || step.message;
  if (reason === 'approval') tellPlan(loop, entry, { plan: state?.plan, hint });
  else
    tellOnce(entry, `${reason} ${prepared.digest}`, () =>
      loop.emit(
        waits[reason] !== undefined
          ? { event: 'release.waiting', ...fields, for: waits[reason], message: `${message} (${hint})` }
          : { event: 'release.blocked', ...fields, reason, message, hint },
      ),
    );
  loop.model.set(id, { health: healthOf(reason, state), message });
  await standHeld(loop, entry, reason === 'quarantined');
  const pause = step.for;
  if (pause !== undefined) lookAgain(loop, id, { enqueue: turn.enqueue, pause: Math.min(pause, longestPause) });
  // Nobody tells when its time is over.
  if (reason === 'foreign-operation') lookAgain(loop, id, { enqueue: turn.enqueue, pause: foreignPause });
}

/** Once, and again by a new process. */
function tellPlan(
  loop: Loop,
  entry: Entry,
  { plan: waiting, hint }: { plan: ReleaseState['plan']; hint: string },
): void {
  if (waiting === undefined) return;
  const { id, objects, changed, revision } = waiting.plan;
  const count = (...wanted: string[]) => objects.filter(({ operation }) => wanted.includes(operation)).length;
  const by = waiting.rejected;
  const message = by ? `rejected by ${by.by}: ${by.reason}` : 'waits for a person to approve it';
  tellOnce(entry, `plan ${id} ${message}`, () =>
    loop.emit({
      event: 'plan.waiting',
      ...releaseFields(entry.prepared),
      id,
      create: count('create'),
      update: count('update', 'adopt'),
      delete: count('delete'),
      restarts: objects.filter(({ restarts }) => restarts).length,
      commit: revision,
      ...(changed.length === 0 ? {} : { changed: changed.join('; ') }),
      message,
      hint,
    }),
  );
}

/** What is waited for, and by nobody's fault. */
const waits: { readonly [Reason in HoldReason]?: string } = { window: 'sync window', frozen: 'freeze' };

function healthOf(reason: HoldReason, state: ReleaseState | undefined): Health {
  if (reason === 'suspended' || reason === 'uninstalled') return 'suspended';
  if (reason !== 'quarantined') return 'blocked';
  return state?.failure ? 'failed' : 'rolledBack';
}

/** What runs is watched although git wants something else; after a rollback it has to prove itself. */
async function standHeld(loop: Loop, entry: Entry, rolledBack = false): Promise<void> {
  const { prepared } = entry;
  const { namespace, releaseName } = prepared.definition;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const { deployed, healthy, failure } = state ?? {};
  if (deployed === undefined) return;
  const version = deployed.helmRevision;
  loop.model.set(definitionId(prepared.definition), { version });
  await loop.onStanding(prepared, version, false);
  const proven = healthy?.version === version || deployed.unhealthy || failure !== undefined;
  if (rolledBack && !proven) beginSoak(loop, entry, { version, rolledBack });
}

/** Milliseconds. */
const foreignPause = 60_000;
/** Milliseconds; a timer holds no more than 24 days. */
const longestPause = 86_400_000;
