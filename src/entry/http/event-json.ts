/** An event as the API writes it, and the number by which a reader names the last one that it saw. */
import type { LoggedEvent } from '../../daemon/control.ts';
import { levelOf } from '../../foundation/events/level.table.ts';

export function eventJson({ number, time, event }: LoggedEvent): Record<string, unknown> {
  const { event: name, ...fields } = event;
  return { ...fields, number, time: time.toISOString(), level: levelOf(event), event: name };
}

/** 0 where nothing is given; undefined where it is no number. */
export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
