/** Decides by a seed which requests fail, and how: so that a run that went wrong can be made again. */
import type { Decide, Fault } from './fault-proxy.ts';
import { newRandom } from './random.ts';

export interface Chaos {
  readonly decide: Decide;
  /** By kind, for the report. */
  readonly counts: Readonly<Record<string, number>>;
}

/** `rate` of all requests: errors of the server, refusals, broken connections before and after the deed, delays. */
export function chaos(seed: number, rate: number): Chaos {
  const random = newRandom(seed, 0);
  const counts: Record<string, number> = { requests: 0 };
  const faults: readonly (() => Fault)[] = [
    () => ({ fault: 'answer', code: 500, reason: 'InternalError' }),
    () => ({ fault: 'answer', code: 503, reason: 'ServiceUnavailable' }),
    () => ({ fault: 'answer', code: 429, reason: 'TooManyRequests', retryAfter: 1 }),
    () => ({ fault: 'reset', after: false }),
    () => ({ fault: 'reset', after: true }),
    () => ({ fault: 'delay', milliseconds: 20 + random.below(400) }),
  ];
  const conflict: Fault = { fault: 'answer', code: 409, reason: 'Conflict' };
  return {
    counts,
    decide({ type, method }) {
      counts['requests'] = (counts['requests'] ?? 0) + 1;
      if (!random.chance(rate)) return undefined;
      const isUpdate = type === 'write' && method === 'PUT';
      const fault: Fault =
        type === 'watch' && random.chance(0.3)
          ? { fault: 'expired' }
          : isUpdate && random.chance(0.2)
            ? conflict
            : random.pick(faults)();
      const name = fault.fault === 'answer' ? String(fault.code) : fault.fault;
      counts[name] = (counts[name] ?? 0) + 1;
      return fault;
    },
  };
}
