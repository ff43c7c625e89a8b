/** One event as one line: text for people and grep, JSON for machines. */
import { formatDuration } from '../foundation/base/duration.ts';
import { durationFields, type Event, type FieldValue, type Level } from '../foundation/events/event.ts';

export interface Line {
  readonly time: Date;
  readonly level: Level;
  readonly event: Event;
}

/** `TIME LEVEL event` then logfmt; a string with a space, quote, `=` or control character is quoted as JSON does. */
export function formatText({ time, level, event }: Line): string {
  const { event: name, ...fields } = event;
  const parts = Object.entries(fields as Record<string, FieldValue>)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${textValue(key, value as Exclude<FieldValue, undefined>)}`);
  return [time.toISOString(), level.toUpperCase(), name, ...parts].join(' ');
}

export function formatJson({ time, level, event }: Line): string {
  const { event: name, ...fields } = event;
  const shown = Object.entries(fields as Record<string, FieldValue>).map(([key, value]) => [
    key,
    durationFields.has(key) && typeof value === 'number' ? formatDuration(value) : value,
  ]);
  return JSON.stringify({ time: time.toISOString(), level, event: name, ...Object.fromEntries(shown) });
}

const needsQuotes = /[\s"=\u0000-\u001f\u007f-\u009f]/;
/** Control characters and line ends that JSON leaves as they are and a terminal does not. */
const unescaped = /[\u007f-\u009f\u2028\u2029]/g;

function textValue(key: string, value: string | number | boolean): string {
  if (typeof value === 'number') return durationFields.has(key) ? formatDuration(value) : String(value);
  if (typeof value === 'boolean') return String(value);
  if (value !== '' && !needsQuotes.test(value)) return value;
  return JSON.stringify(value).replace(unescaped, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
