/**
 * What the page shows: how many are well, what needs a person, every release by application and environment, the last
 * events. Whatever comes from a repository or a cluster is escaped.
 */
import type { ClusterView, Health, LoggedEvent, ReleaseView, RepositoryView } from '../../../daemon/control.ts';
import { formatPlace } from '../../../foundation/base/errors.ts';
import { escapeHtml } from './escape-html.ts';
import { renderEvents } from './render-events.ts';
import { ago, lasting, plural, shorten } from './wording.ts';

export interface BoardView {
  readonly ready: boolean;
  readonly releases: readonly ReleaseView[];
  readonly repositories: readonly RepositoryView[];
  readonly clusters: readonly ClusterView[];
  readonly events: readonly LoggedEvent[];
  readonly now: Date;
}

const words: Readonly<Record<Health, { word: string; icon: string }>> = {
  healthy: { word: 'healthy', icon: '✓' },
  progressing: { word: 'rolling out', icon: '↻' },
  failed: { word: 'failed', icon: '✕' },
  rolledBack: { word: 'rolled back', icon: '↺' },
  blocked: { word: 'waiting', icon: '‖' },
  suspended: { word: 'suspended', icon: '‖' },
  observed: { word: 'observed', icon: '◦' },
  unknown: { word: 'not checked yet', icon: '?' },
};
/** The worst first. */
const order: readonly Health[] = [
  'failed',
  'rolledBack',
  'blocked',
  'progressing',
  'unknown',
  'suspended',
  'observed',
  'healthy',
];
const listed = 50;

export function renderBoard(view: BoardView): string {
  return `${renderSummary(view)}${renderAttention(view)}${renderGrid(view)}${renderRepositories(view)}${renderEvents(view)}`;
}

function renderSummary({ ready, releases }: BoardView): string {
  const drifted = releases.filter(({ drift }) => drift.length > 0).length;
  const healthy = releases.filter(({ health }) => health === 'healthy').length;
  const chips = order
    .filter((health) => health !== 'healthy')
    .map((health) => ({ health, count: releases.filter((release) => release.health === health).length }))
    .filter(({ count }) => count > 0)
    .map(({ health, count }) => `<li class="${health}"><b>${count}</b> ${words[health].word}</li>`);
  if (drifted > 0) chips.push(`<li class="drifted"><b>${drifted}</b> drifted</li>`);
  const first = `<li class="healthy"><b>${healthy}</b> of ${plural(releases.length, 'release')} healthy</li>`;
  const starting = ready
    ? ''
    : '<p class="starting">The first pass is under way: releases appear as they are read.</p>';
  return `<ul class="summary">${releases.length > 0 ? first : ''}${chips.join('')}</ul>${starting}`;
}

function renderAttention(view: BoardView): string {
  const { releases, repositories, clusters, events } = view;
  const unreachable = clusters.flatMap((cluster) => renderClusterTrouble(cluster, view.now));
  const broken = repositories.flatMap((repository) => renderRepositoryTrouble(repository, events));
  const worst = [...releases].sort((a, b) => order.indexOf(a.health) - order.indexOf(b.health));
  const lines = [...unreachable, ...broken, ...worst.flatMap((release) => renderTrouble(release, view))];
  if (lines.length === 0) {
    const said = releases.length > 0 && releases.every(({ health }) => health === 'healthy');
    return said ? '<p class="allwell">Everything runs as the repositories say.</p>' : '';
  }
  const more = lines.length > listed ? `<li class="more">and ${lines.length - listed} more</li>` : '';
  return `<h2>Needs attention</h2><ul class="attention">${lines.slice(0, listed).join('')}${more}</ul>`;
}

function renderClusterTrouble({ name, status, message = '', since }: ClusterView, now: Date): string[] {
  if (status !== 'unreachable' && status !== 'standby') return [];
  const [style, word] = status === 'unreachable' ? ['failed', 'is out of reach'] : ['blocked', 'is waited for'];
  const who = `<p class="who"><b>cluster ${escapeHtml(name)}</b> ${word} ${renderTime(since, lasting(since, now))}</p>`;
  return [`<li class="${style}">${who}<p class="why">${escapeHtml(shorten(message))}</p></li>`];
}

function renderRepositoryTrouble({ name, problems, error }: RepositoryView, events: BoardView['events']): string[] {
  if (error === undefined && problems === 0) return [];
  const what = error === undefined ? describeProblems(name, problems, events) : [shorten(error)];
  const lines = what.map((line) => `<p class="why">${escapeHtml(line)}</p>`);
  return [`<li class="failed"><p class="who"><b>repository ${escapeHtml(name)}</b></p>${lines.join('')}</li>`];
}

/** The newest are the ones that stand; older events may tell of what was mended since. */
function describeProblems(name: string, problems: number, events: BoardView['events']): string[] {
  const said = events
    .map(({ event }) => event)
    .filter((event) => event.event === 'definition.invalid')
    .filter(({ repository }) => repository === name)
    .map(({ message, hint, ...place }) => shorten(`${formatPlace(place)}: ${message}${hint ? ` (${hint})` : ''}`));
  const told = [...new Set(said)].slice(-Math.min(problems, 3));
  const more = told.length < problems ? [`${plural(problems, 'problem')} in its definitions`] : [];
  return [...more, ...told];
}

function renderTrouble(release: ReleaseView, { events, now }: BoardView): string[] {
  const { app, environment, health, message, drift, since } = release;
  const who = `<b>${escapeHtml(app)}</b> in <b>${escapeHtml(environment)}</b>`;
  const lines: string[] = [];
  if (health === 'failed' || health === 'rolledBack' || health === 'blocked') {
    const reason = message || (health === 'rolledBack' ? describeRollback(release, events) : '');
    const why = reason ? `<p class="why">${escapeHtml(shorten(reason))}</p>` : '';
    lines.push(
      `<li class="${health}"><p class="who">${renderHealth(health)} ${who} ${renderTime(since, lasting(since, now))}</p>${why}</li>`,
    );
  }
  const [first] = drift;
  if (first) {
    const changes = drift
      .slice(0, 3)
      .map((one) => `<p class="why">${renderChange(one)} ${renderTime(one.since, ago(one.since, now))}</p>`);
    const more = drift.length > 3 ? `<p class="why">and ${plural(drift.length - 3, 'more object')}</p>` : '';
    const state = '<span class="state"><span aria-hidden="true">≠</span> drifted</span>';
    lines.push(`<li class="drifted"><p class="who">${state} ${who}</p>${changes.join('')}${more}</li>`);
  }
  return lines;
}

/** A rollback ends well and so says nothing; what it took back is told by the failure before it. */
function describeRollback({ app, environment }: ReleaseView, events: BoardView['events']): string {
  const failed = events
    .map(({ event }) => event)
    .filter((event) => event.event === 'release.failed' || event.event === 'release.unhealthy')
    .findLast((event) => event.app === app && event.environment === environment);
  const why = failed === undefined ? '' : ` ${shorten(failed.message, 240)}`;
  return `The last change failed and was taken back; it is tried again when its inputs change.${why}`;
}

function renderChange({ object, field, recorded, live, fields, manager, kind }: ReleaseView['drift'][number]): string {
  const by = manager === 'unknown' ? '' : ` by ${escapeHtml(manager)}`;
  const what = `<b>${escapeHtml(object)}</b>`;
  if (kind === 'missing') return `${what} is missing: deleted${by}`;
  if (kind === 'release') return `Helm’s record was changed${by}`;
  const value = (text: string | undefined) =>
    text === undefined ? 'nothing' : `<code>${escapeHtml(shorten(text, 80))}</code>`;
  const where = field === undefined ? '' : ` <code>${escapeHtml(field)}</code>`;
  const more = fields > 1 ? ` and ${plural(fields - 1, 'more field')}` : '';
  if (kind === 'extra') return `${what}${where} was added${by}: ${value(live)}${more}`;
  return `${what}${where} ${value(recorded)} → ${value(live)}${more}, changed${by}`;
}

function renderGrid({ releases, now, ready }: BoardView): string {
  if (releases.length === 0) {
    if (!ready) return '';
    return '<p class="allwell">No releases are defined: no repository holds an Application yet.</p>';
  }
  const environments = sortEnvironments([...new Set(releases.map(({ environment }) => environment))]);
  const apps = [...new Set(releases.map(({ app }) => app))].sort();
  const cells = new Map(releases.map((release) => [JSON.stringify([release.app, release.environment]), release]));
  const rows = apps.map((app) => {
    const columns = environments.map((name) => renderCell(cells.get(JSON.stringify([app, name])), name, now));
    return `<tr><th scope="row">${escapeHtml(app)}</th>${columns.join('')}</tr>`;
  });
  const head = environments.map((environment) => `<th scope="col">${escapeHtml(environment)}</th>`).join('');
  return `<h2>Releases</h2><div class="wide"><table><thead><tr><th scope="col">application</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const usualOrder = ['dev', 'development', 'test', 'qa', 'staging', 'stage', 'preprod', 'prod', 'production'];

function sortEnvironments(names: readonly string[]): string[] {
  const rank = (name: string) => (usualOrder.includes(name) ? usualOrder.indexOf(name) : usualOrder.length);
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function renderCell(release: ReleaseView | undefined, environment: string, now: Date): string {
  const label = `data-environment="${escapeHtml(environment)}"`;
  if (!release) return `<td ${label} class="none"><span aria-label="not defined here">–</span></td>`;
  const { health, version, chart, commit, revision, message, drift, since } = release;
  const told = health === 'progressing' || health === 'suspended' ? message : undefined;
  const drifted = drift.length > 0 ? ' <span class="state drift"><span aria-hidden="true">≠</span> drifted</span>' : '';
  const what = [
    escapeHtml(chart),
    `<code>${escapeHtml(shorten(commit ?? revision, 24))}</code>`,
    version === undefined ? 'not installed' : `<span class="version">revision ${version}</span>`,
  ];
  const lines = [
    `<p>${renderHealth(health)}${drifted} ${renderTime(since, lasting(since, now))}</p>`,
    `<p class="what">${what.join(' · ')}</p>`,
  ];
  if (told) lines.push(`<p class="told">${escapeHtml(shorten(told))}</p>`);
  return `<td ${label} class="${health}">${lines.join('')}</td>`;
}

function renderHealth(health: Health): string {
  const { word, icon } = words[health];
  return `<span class="state"><span aria-hidden="true">${icon}</span> ${word}</span>`;
}

function renderTime(since: number, words: string): string {
  const time = new Date(since).toISOString();
  return `<time datetime="${time}" title="${time}">${words}</time>`;
}

function renderRepositories({ repositories }: BoardView): string {
  if (repositories.length === 0) return '';
  const items = repositories.map(({ name, revision }) => {
    const at = revision === undefined ? 'not read yet' : `at <code>${escapeHtml(shorten(revision, 24))}</code>`;
    return `<li><b>${escapeHtml(name)}</b> ${at}</li>`;
  });
  return `<h2>Repositories</h2><ul class="repositories">${items.join('')}</ul>`;
}
