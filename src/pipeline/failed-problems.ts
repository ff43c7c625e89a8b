/** Takes releases whose chart or values cannot be had, returns what is wrong: a mistake that several share is said once and names them. */
import type { Problem } from '../foundation/base/problem.ts';
import { listNames } from './definitions/gather-problems.ts';
import { definitionId } from './definitions/release-definition.ts';
import type { FailedRelease } from './sync-revision.ts';

type Failed = Pick<FailedRelease, 'definition' | 'error'>;

export function failedProblems(failed: readonly Failed[]): Problem[] {
  const byMistake = Map.groupBy(failed, ({ definition, error: { code, message, place = definition.origin.place } }) =>
    JSON.stringify([code, message, place.file, place.line, place.column]),
  );
  return [...byMistake.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { code, message, hint, place = first.definition.origin.place } = first.error;
    const releases = listNames(same.map(({ definition }) => definitionId(definition)));
    return { code, message: `${releases}: ${message}`, place, hint };
  });
}
