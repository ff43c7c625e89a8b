/** Takes reviews as Gitea and GitHub list them, returns the last verdict of each person; comments are none. Pure. */
import type { Review } from './forge.ts';
import { textAt } from './read-answer.ts';

/** Gitea says `REQUEST_CHANGES`, GitHub `CHANGES_REQUESTED`. */
const verdicts: ReadonlyMap<string | undefined, Review['verdict'] | 'none'> = new Map([
  ['APPROVED', 'approved'],
  ['REQUEST_CHANGES', 'rejected'],
  ['CHANGES_REQUESTED', 'rejected'],
  ['DISMISSED', 'none'],
]);

export function lastVerdicts(listed: readonly unknown[]): Review[] {
  const byTime = listed
    .map((one) => ({
      person: textAt(one, 'user', 'login'),
      verdict: verdicts.get(textAt(one, 'state')),
      time: Date.parse(textAt(one, 'submitted_at') ?? '') || 0,
    }))
    .sort((left, right) => left.time - right.time);
  const last = new Map<string, Review['verdict'] | 'none'>();
  for (const { person, verdict } of byTime)
    if (person !== undefined && verdict !== undefined) last.set(person, verdict);
  return [...last].flatMap(([person, verdict]) => (verdict === 'none' ? [] : [{ person, verdict }]));
}
