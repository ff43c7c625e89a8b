/** Takes reviews as a forge lists them, returns the last verdict of each person; comments and requests are none. Pure. */
import type { Review } from './forge.ts';

export interface ListedReview {
  readonly person: string | undefined;
  /** `APPROVED`, `REQUEST_CHANGES` (Gitea), `CHANGES_REQUESTED` (GitHub), `DISMISSED`… */
  readonly state: string | undefined;
  /** RFC 3339 */
  readonly at: string | undefined;
}

const verdicts: Readonly<Record<string, Review['verdict'] | 'none'>> = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'rejected',
  CHANGES_REQUESTED: 'rejected',
  DISMISSED: 'none',
};

export function lastVerdicts(listed: readonly ListedReview[]): Review[] {
  const byTime = listed
    .map((one) => ({ ...one, time: Date.parse(one.at ?? '') || 0 }))
    .sort((left, right) => left.time - right.time);
  const last = new Map<string, Review | undefined>();
  for (const { person, state = '' } of byTime) {
    const verdict = Object.hasOwn(verdicts, state) ? verdicts[state] : undefined;
    if (person === undefined || verdict === undefined) continue;
    last.set(person, verdict === 'none' ? undefined : { person, verdict });
  }
  return [...last.values()].filter((one) => one !== undefined);
}
