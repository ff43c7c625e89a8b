/**
 * The page as HTML, made on the server: it reads without a script, and the same board is pushed again whenever
 * something happens. Whatever comes from a repository or a cluster is escaped.
 */
import type { Health, LoggedEvent, ReleaseView, RepositoryView } from '../../../daemon/control.ts';
import { formatDuration } from '../../../foundation/base/duration.ts';
import { eventLevels } from '../../../foundation/events/level.table.ts';

export interface PageView {
  readonly ready: boolean;
  readonly releases: readonly ReleaseView[];
  readonly repositories: readonly RepositoryView[];
  readonly events: readonly LoggedEvent[];
  readonly now: Date;
  readonly version: string;
}

export function renderPage(view: PageView): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>helm-gitops</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header><h1>helm-gitops</h1><p id="connection" role="status">${escape(view.version)}</p></header>
<main id="board" aria-live="polite">${renderBoard(view)}</main>
</body>
</html>
`;
}

export function renderBoard(view: PageView): string {
  return `${renderSummary(view)}${renderRepositories(view)}${renderGrid(view)}${renderEvents(view)}`;
}

const words: Readonly<Record<Health, { word: string; icon: string }>> = {
  healthy: { word: 'healthy', icon: '✓' },
  progressing: { word: 'progressing', icon: '…' },
  failed: { word: 'failed', icon: '✗' },
  rolledBack: { word: 'rolled back', icon: '↺' },
  blocked: { word: 'waiting', icon: '‖' },
  suspended: { word: 'suspended', icon: '‖' },
  unknown: { word: 'not looked at yet', icon: '?' },
};

function renderSummary({ ready, releases }: PageView): string {
  const healthy = releases.filter(({ health }) => health === 'healthy').length;
  const drifted = releases.filter(({ drift }) => drift.length > 0).length;
  const bad = releases.filter(({ health }) => health === 'failed' || health === 'rolledBack').length;
  const parts = [`${healthy} of ${releases.length} releases healthy`];
  if (bad > 0) parts.push(`${bad} failed or rolled back`);
  parts.push(drifted === 0 ? 'no drift' : `${drifted} drifted`);
  if (!ready) parts.push('the first pass is under way');
  return `<p class="summary">${parts.map(escape).join(' · ')}</p>`;
}

function renderRepositories({ repositories }: PageView): string {
  const items = repositories.map(({ name, revision, problems, error }) => {
    const at = revision === undefined ? 'not read yet' : `at ${short(revision)}`;
    const trouble =
      error ?? (problems > 0 ? `${problems} problem${problems === 1 ? '' : 's'} in its definitions` : undefined);
    return `<li><b>${escape(name)}</b> ${escape(at)}${trouble === undefined ? '' : ` <span class="trouble">${escape(trouble)}</span>`}</li>`;
  });
  return `<ul class="repositories">${items.join('')}</ul>`;
}

function renderGrid({ releases, now }: PageView): string {
  if (releases.length === 0) return '<p>No releases are defined.</p>';
  const environments = sortEnvironments([...new Set(releases.map(({ environment }) => environment))]);
  const apps = [...new Set(releases.map(({ app }) => app))].sort();
  const cells = new Map(releases.map((release) => [`${release.app}/${release.environment}`, release]));
  const rows = apps.map((app) => {
    const columns = environments.map((environment) => renderCell(cells.get(`${app}/${environment}`), environment, now));
    return `<tr><th scope="row">${escape(app)}</th>${columns.join('')}</tr>`;
  });
  const head = environments.map((environment) => `<th scope="col">${escape(environment)}</th>`).join('');
  return `<table><thead><tr><th scope="col">application</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const usualOrder = ['dev', 'development', 'test', 'qa', 'staging', 'stage', 'preprod', 'prod', 'production'];

function sortEnvironments(names: readonly string[]): string[] {
  const rank = (name: string) => (usualOrder.includes(name) ? usualOrder.indexOf(name) : usualOrder.length);
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function renderCell(release: ReleaseView | undefined, environment: string, now: Date): string {
  const label = `data-environment="${escape(environment)}"`;
  if (!release) return `<td ${label} class="none">–</td>`;
  const { health, version, chart, commit, revision, message, drift, since } = release;
  const { word, icon } = words[health];
  const lines = [
    `<span class="health ${health}"><span aria-hidden="true">${icon}</span> ${escape(word)}</span>`,
    `<span class="version">${version === undefined ? 'no revision yet' : `revision ${version}`} · ${escape(chart)} · ${escape(short(commit ?? revision))}</span>`,
    `<span class="age">for ${formatDuration(Math.max(1000, now.getTime() - since))}</span>`,
  ];
  if (message && health !== 'healthy') lines.push(`<span class="message">${escape(message)}</span>`);
  const [worst] = drift;
  if (worst) {
    const what = worst.field === undefined ? worst.kind : `${worst.field} ${worst.recorded} → ${worst.live}`;
    lines.push(
      `<span class="drift"><b>drift</b> ${escape(worst.object)} ${escape(what)} by ${escape(worst.manager)}${drift.length > 1 ? ` and ${drift.length - 1} more` : ''}</span>`,
    );
  }
  return `<td ${label}>${lines.join('')}</td>`;
}

function renderEvents({ events }: PageView): string {
  const items = [...events].reverse().map(({ time, event }) => {
    const { event: name, ...fields } = event as Record<string, unknown> & { event: LoggedEvent['event']['event'] };
    const about = ['app', 'environment', 'object', 'message', 'changed', 'reason', 'revision', 'next']
      .map((field) => fields[field])
      .filter((value) => value !== undefined && value !== '')
      .map((value) => escape(short(String(value))));
    const clock = time.toISOString();
    return `<li class="${eventLevels[name]}"><time datetime="${clock}">${clock.slice(11, 19)}</time> <b>${escape(name)}</b> ${about.join(' · ')}</li>`;
  });
  return `<h2>Last events</h2><ol class="events">${items.join('')}</ol>`;
}

/** Commits are shown by their first digits. */
function short(text: string): string {
  return text.replace(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, '$1');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
