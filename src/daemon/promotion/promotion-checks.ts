/**
 * Measures the health checks of what is about to be promoted, in the background: a server that does not answer holds up one
 * version and no other. What was measured counts until the check's interval is over.
 */
import type { CheckResult } from '../../pipeline/checks/evaluate-check.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { HealthCheck } from '../../pipeline/definitions/rollback-settings.ts';
import { measureCheck } from '../../pipeline/measure-check.ts';
import type { MeasuredCheck } from '../../pipeline/promote/gates.ts';
import type { PromotionParts } from './promoting.ts';

export type PromotionChecks = (source: PreparedRelease, check: HealthCheck) => MeasuredCheck;

interface Measured {
  readonly digest: string;
  /** Undefined while it is being measured. */
  readonly result: CheckResult | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Nobody has seen it yet: however old it is, it counts once. */
  isNew: boolean;
}

/** Milliseconds; a bad check is not measured more often. */
const shortestPause = 1000;

export function createPromotionChecks(parts: PromotionParts, onMeasured: () => void): PromotionChecks {
  const known = new Map<string, Measured>();
  return (source, check) => {
    const { name, interval } = check;
    const key = `${definitionId(source.definition)} ${name}`;
    const { digest } = source;
    const before = known.get(key);
    const pause = Math.max(interval, shortestPause);
    const time = parts.now().getTime();
    const isKnown = before?.digest === digest && (before.isNew || time < before.at + pause);
    if (before?.result !== undefined && isKnown) {
      before.isNew = false;
      const { ok, message } = before.result;
      return { name, ok, message, again: Math.max(before.at + pause, time) };
    }
    if (before?.result !== undefined || before?.digest !== digest) {
      known.set(key, { digest, result: undefined, at: time, isNew: true });
      void measure(parts, source, check).then((result) => {
        // Of another version something else is being measured by now.
        if (known.get(key)?.digest !== digest) return;
        known.set(key, { digest, result: steady(check, before, result), at: parts.now().getTime(), isNew: true });
        onMeasured();
      });
    }
    return { name, ok: undefined, message: 'it is being measured', pending: true };
  };
}

async function measure(parts: PromotionParts, source: PreparedRelease, check: HealthCheck): Promise<CheckResult> {
  const { http, signal } = parts;
  const context = parts.sessions.get(source.definition.cluster)?.session.context;
  if (context === undefined)
    return { ok: undefined, message: `no work is done in cluster ${source.definition.cluster}` };
  return await measureCheck({ context, http, signal: AbortSignal.any([signal, context.signal]) }, source, check);
}

/** A number that is bad and moves on is told once. */
function steady({ source }: HealthCheck, before: Measured | undefined, result: CheckResult): CheckResult {
  const isSame = source.type === 'prometheus' && result.ok === false && before?.result?.ok === false;
  return isSame ? { ...result, message: before.result.message } : result;
}
