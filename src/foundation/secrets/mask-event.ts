/**
 * The one border of what the daemon reports: every text of an event without secrets. Names of definitions, clusters and
 * repositories stay as they are, since they stand in the clear in git and all else is found by them.
 */
import type { Event } from '../events/event.ts';
import type { SecretMask } from './secret-mask.ts';

const identity: ReadonlySet<string> = new Set([
  'event',
  'op',
  'id',
  'app',
  'environment',
  'cluster',
  'namespace',
  'release',
  'repository',
  'code',
]);

export function maskEvent<One extends Event>(event: One, mask: SecretMask): One {
  let masked: Record<string, unknown> | undefined;
  for (const [field, value] of Object.entries(event)) {
    if (typeof value !== 'string' || identity.has(field)) continue;
    const text = mask.text(value);
    if (text === value) continue;
    masked ??= { ...event };
    masked[field] = text;
  }
  return (masked ?? event) as One;
}
