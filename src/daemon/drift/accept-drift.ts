/** Answers `accept`: somebody answers for drift as it stands now, for a time and with a reason. */
import { parseDuration } from '../../foundation/base/duration.ts';
import { objectLabel } from '../../foundation/manifest/object.ts';
import type { AcceptedDrift, PersonRequest, ReleaseState } from '../../foundation/state/release-state.ts';
import { acceptedSignature } from './drift-report.ts';
import type { SessionDrift } from './session-drift.ts';

export interface AcceptAnswer {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
  readonly state?: (state: ReleaseState) => ReleaseState;
}

interface AcceptInput {
  readonly drift: SessionDrift;
  readonly id: string;
  readonly state: ReleaseState;
  readonly now: Date;
}

/** `{"objects": ["Deployment/shop"], "for": "24h", "reason": "…", "by": "ann"}`; without objects all that stands. */
export function acceptDrift(
  { drift, id, state, now }: AcceptInput,
  { arguments: given }: Pick<PersonRequest, 'arguments'>,
): AcceptAnswer {
  const reason = textOf(given['reason']);
  const milliseconds = parseDuration(textOf(given['for']) ?? '');
  const objects = Array.isArray(given['objects']) ? given['objects'].filter((one) => typeof one === 'string') : [];
  if (reason === undefined) return refuse('it needs a reason');
  if (milliseconds === undefined || milliseconds <= 0) return refuse('it needs a time, "for": "24h"');
  const standing = drift.standing(id);
  const stranger = objects.find((object) => !standing.some((one) => objectLabel(one.drift.key) === object));
  if (stranger !== undefined) return refuse(`${stranger} has not drifted`);
  const chosen = standing.filter((one) => objects.length === 0 || objects.includes(objectLabel(one.drift.key)));
  if (chosen.length === 0) return refuse('nothing has drifted');
  const base = {
    by: textOf(given['by']) ?? 'unknown',
    at: now.toISOString(),
    until: new Date(now.getTime() + milliseconds).toISOString(),
    reason,
  };
  const accepted = chosen.map((one): AcceptedDrift => {
    const object = objectLabel(one.drift.key);
    return { object, signature: acceptedSignature(one.drift), ...base };
  });
  const isHeld = ({ until, signature }: AcceptedDrift) =>
    Date.parse(until) > now.getTime() && !accepted.some((one) => one.signature === signature);
  const all = [...(state.accepted ?? []).filter(isHeld), ...accepted];
  drift.accept(id, all);
  const names = [...new Set(accepted.map(({ object }) => object))].join(', ');
  return { outcome: 'done', message: `${names} until ${base.until}`, state: (now) => ({ ...now, accepted: all }) };
}

const refuse = (message: string): AcceptAnswer => ({ outcome: 'refused', message });

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
