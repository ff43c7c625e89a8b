/**
 * Measures the health checks of a release while it soaks, each at its interval: so many bad measurements in a row end the
 * soak. One that cannot be measured is told and ends nothing; one whose last measurement was bad keeps the soak open.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckResult } from '../../pipeline/checks/evaluate-check.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import type { HealthCheck } from '../../pipeline/definitions/rollback-settings.ts';
import { measureCheck } from '../../pipeline/measure-check.ts';
import type { Readiness } from '../../pipeline/observe/readiness.ts';
import type { Loop } from './release-entry.ts';

export interface Checking {
  readonly prepared: PreparedRelease;
  /** Ends them. */
  readonly ended: AbortSignal;
  /** The soak's time is over: what is good needs no further measurement. */
  readonly over: AbortSignal;
  readonly onBad: (readiness: Readiness) => void;
}

/** Resolves when each is good, or cannot be told, at the soak's end; or when one is bad for good. */
export async function runChecks(loop: Loop, checking: Checking): Promise<void> {
  const { checks = [] } = checking.prepared.definition.settings.rollback;
  await Promise.all(checks.map((check) => runCheck(loop, checking, check)));
}

async function runCheck(loop: Loop, checking: Checking, check: HealthCheck): Promise<void> {
  const { ended, over, onBad } = checking;
  let failures = 0;
  let told: string | undefined;
  while (!ended.aborted) {
    const result = await measureCheck({ ...loop, signal: ended }, checking.prepared, check);
    if (ended.aborted) return;
    failures = result.ok === false ? failures + 1 : 0;
    tell(loop, checking, { check, result, failures, told });
    told = result.ok === undefined ? result.message : undefined;
    if (failures >= check.failureLimit) return onBad(badness(check, result, failures));
    if (over.aborted && failures === 0) return;
    // A soak that ends meanwhile waits for nothing more of what is good.
    await delay(check.interval, undefined, { ref: false, signal: failures > 0 ? ended : over }).catch(() => undefined);
    if (over.aborted && failures === 0) return;
  }
}

interface Told {
  readonly check: HealthCheck;
  readonly result: CheckResult;
  readonly failures: number;
  /** What was told last of not being measured. */
  readonly told: string | undefined;
}

function tell(loop: Loop, { prepared }: Checking, { check, result, failures, told }: Told): void {
  const { ok, value, message } = result;
  const fields = { ...releaseFields(prepared), check: check.name };
  if (ok === false) {
    const measured = value === undefined ? {} : { value };
    loop.emit({ event: 'check.failing', ...fields, ...measured, message, times: failures, limit: check.failureLimit });
  } else if (ok === undefined && told !== message)
    loop.emit({ event: 'check.unknown', ...fields, message, hint: 'the soak goes on without it' });
}

function badness({ name }: HealthCheck, { message }: CheckResult, failures: number): Readiness {
  const times = failures === 1 ? '' : `, ${failures} times in a row`;
  return { status: 'failed', object: `check ${name}`, reason: 'CheckFailed', message: `${message}${times}` };
}
