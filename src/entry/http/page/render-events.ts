/** The last events, newest first. Debug says what a person need not know. */
import type { LoggedEvent } from '../../../daemon/control.ts';
import { formatPlace } from '../../../foundation/base/errors.ts';
import { levelOf } from '../../../foundation/events/level.table.ts';
import { escapeHtml } from './escape-html.ts';
import { shorten } from './wording.ts';

const shown = 40;
const told = ['object', 'change', 'changed', 'reason', 'message', 'hint', 'subject', 'verb', 'clusters', 'next'];

export function renderEvents({ events }: { readonly events: readonly LoggedEvent[] }): string {
  const items = events
    .filter(({ event }) => levelOf(event) !== 'debug')
    .slice(-shown)
    .reverse()
    .map(renderEvent);
  return items.length === 0 ? '' : `<h2>Last events <small>UTC</small></h2><ol class="events">${items.join('')}</ol>`;
}

function renderEvent({ time, event }: LoggedEvent): string {
  const fields: Record<string, unknown> = { ...event, change: changeOf(event) };
  const text = (field: string) => (fields[field] === undefined ? '' : String(fields[field]));
  const who = [text('app') || text('repository') || text('cluster'), text('environment')].filter(Boolean).join(' in ');
  const about = [who, ...told.map(text)].filter((value) => value !== '').map((value) => escapeHtml(shorten(value)));
  const at = time.toISOString();
  const clock = `<time datetime="${at}" title="${at}">${at.slice(11, 19)}</time>`;
  return `<li class="${levelOf(event)}">${clock} <b>${escapeHtml(event.event)}</b> <span>${about.join(' · ')}</span></li>`;
}

/** What moved from where to where, for the events that say so in fields of their own. */
function changeOf(event: LoggedEvent['event']): string | undefined {
  if (event.event === 'definition.invalid') return formatPlace(event);
  if (event.event === 'release.deployed') return `${event.chart}, revision ${event.version}`;
  if (event.event === 'revision.found') return event.revision;
  if ('from' in event && 'to' in event) return `${event.from} → ${event.to}`;
  if (!('recorded' in event)) return undefined;
  const { field, recorded = 'nothing', live = 'nothing' } = event;
  return field === undefined ? event.kind : `${field} ${recorded} → ${live}`;
}
