/** Whether a Job is at its end, and which completion indexes are missing. Pure. */
import type { Job } from './job.ts';
import type { Pod } from './workload.ts';

export interface JobProgress {
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly succeededIndexes: ReadonlySet<number>;
  /** Undefined while suspended. */
  readonly startTime: string | undefined;
  readonly now: number;
}

export interface Ending {
  readonly failed: boolean;
  readonly reason: string;
  readonly message: string;
}

export function endingOf(job: Job, progress: JobProgress): Ending | undefined {
  const { activeDeadlineSeconds, backoffLimit = 6, completions, completionMode, suspend } = job.spec;
  const { succeeded, failed, active, startTime, now, succeededIndexes } = progress;
  const decided = decisionOf(job);
  if (decided !== undefined) return decided;
  if (failed > backoffLimit) {
    return { failed: true, reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const isLate =
    activeDeadlineSeconds !== undefined &&
    startTime !== undefined &&
    now >= Date.parse(startTime) + activeDeadlineSeconds * 1000;
  if (isLate && !suspend) {
    return { failed: true, reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  const done = completionMode === 'Indexed' ? succeededIndexes.size : succeeded;
  const isComplete = completions === undefined ? succeeded > 0 && active.length === 0 : done >= completions;
  return isComplete
    ? { failed: false, reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined;
}

/** What was decided before stays, whatever the pods that are ended by it add to the counts. */
function decisionOf({ status }: Job): Ending | undefined {
  const decision = status?.conditions?.find(({ type }) => type === 'FailureTarget' || type === 'SuccessCriteriaMet');
  if (decision === undefined) return undefined;
  const { type, reason = '', message = '' } = decision;
  return { failed: type === 'FailureTarget', reason, message };
}

/** Of an indexed Job: the lowest indexes that neither run nor are done; otherwise none. */
export function missingIndexes(job: Job, done: ReadonlySet<number>, running: ReadonlySet<number>): number[] {
  if (job.spec.completionMode !== 'Indexed') return [];
  return Array.from({ length: job.spec.completions ?? 1 }, (_, index) => index).filter(
    (index) => !done.has(index) && !running.has(index),
  );
}

/** `0-2,5`, as the status writes completed indexes. */
export function indexesText(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].filter((index) => index >= 0).sort((left, right) => left - right);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges
    .map(([first, last]) =>
      first === last ? String(first) : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    .join(',');
}
