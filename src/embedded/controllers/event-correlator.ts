/**
 * Decides what becomes of an event before it is written, as client-go's correlator does: from the tenth similar one
 * within ten minutes on they are combined into one, and an object that makes too many loses the rest.
 */
import type { Clock } from '../store.ts';
import type { EventToRecord } from './event-recorder.ts';

export interface CorrelatedEvent extends EventToRecord {
  /** The same for events that count as repetitions of one. */
  readonly id: string;
}

const similarLimit = 10;
const similarInterval = 600_000;
const burst = 25;
/** Milliseconds until an object may make one more. */
const refill = 300_000;
const remembered = 4096;

interface Similar {
  readonly messages: Set<string>;
  last: number;
}

interface Allowance {
  tokens: number;
  last: number;
}

/** Undefined: the event is dropped. */
export function createEventCorrelator(clock: Clock): (event: EventToRecord) => CorrelatedEvent | undefined {
  const similar = new Map<string, Similar>();
  const allowances = new Map<string, Allowance>();
  return (event) => {
    const { about, type, reason, message, fieldPath = '' } = event;
    const now = clock.now();
    const uid = about.metadata.uid ?? '';
    const group = JSON.stringify([uid, type, reason, fieldPath]);
    const isCombined = noteMessage(
      touch(similar, group, () => ({ messages: new Set<string>(), last: now })),
      message,
      now,
    );
    if (
      !spend(
        touch(allowances, uid, () => ({ tokens: burst, last: now })),
        now,
      )
    )
      return undefined;
    if (isCombined) return { ...event, message: `(combined from similar events): ${message}`, id: group };
    return { ...event, id: JSON.stringify([group, message]) };
  };
}

function touch<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.delete(key);
  map.set(key, found);
  if (map.size > remembered) map.delete(map.keys().next().value ?? '');
  return found;
}

function noteMessage(similar: Similar, message: string, now: number): boolean {
  if (now - similar.last > similarInterval) similar.messages.clear();
  similar.messages.add(message);
  similar.last = now;
  if (similar.messages.size < similarLimit) return false;
  similar.messages.delete(similar.messages.values().next().value ?? '');
  return true;
}

function spend(allowance: Allowance, now: number): boolean {
  allowance.tokens = Math.min(burst, allowance.tokens + (now - allowance.last) / refill);
  allowance.last = now;
  if (allowance.tokens < 1) return false;
  allowance.tokens -= 1;
  return true;
}
