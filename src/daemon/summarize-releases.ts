/** How many releases are how, for the hourly line. */
import type { EventFields } from '../foundation/events/event.ts';
import type { ReleaseView } from './control.ts';

export function summarizeReleases(views: readonly ReleaseView[]): Omit<EventFields['daemon.summary'], 'freezes'> {
  const count = (health: string) => views.filter((view) => view.health === health).length;
  return {
    releases: views.length,
    healthy: count('healthy'),
    failed: count('failed'),
    drifted: views.filter(({ drift }) => drift.some(({ kind }) => kind !== 'extra')).length,
    quarantined: count('rolledBack'),
    suspended: count('suspended'),
  };
}
