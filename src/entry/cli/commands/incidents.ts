/** `incidents`: changes that went wrong, as they are remembered: what was changed, what failed, and what was done. */
import type { Incident, IncidentOutcome } from '../../../foundation/state/incident.ts';
import { shortRevision } from '../../../pipeline/source/checkout.ts';
import { chooseReleases } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { StatusOptions } from './status.ts';

type Row = Incident & { readonly app: string; readonly environment: string };

export async function incidents(line: CommandLine, options: StatusOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { clusters, found } = await chooseReleases(line, options, stack);
  const rows = found
    .flatMap(({ state: { identity, incidents: known = [] } }): Row[] =>
      known.map((one) => ({ app: identity.app, environment: identity.environment, ...one })),
    )
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  line.stdout.write(
    options.output === 'table' && rows.length > 0
      ? rows.map(formatIncident).join('\n')
      : formatListing(options.output, { rows, columns: [], empty: 'no incidents' }),
  );
  return clusters.isPartial ? 1 : 0;
}

const outcomes: Readonly<Record<IncidentOutcome, string>> = {
  open: 'nothing has been done yet',
  held: 'the rollback waits',
  rolledBack: 'rolled back',
  healthy: 'rolled back',
  failed: 'the rollback failed',
  impossible: 'left as it failed',
};

/** A block of lines for people. */
export function formatIncident(incident: Row): string {
  const { app, environment, at, outcome, from, to, version, revision, author, subject } = incident;
  const { reason, message, object, pod, warning, changed, objects, hooks, timeline, revert } = incident;
  const back = to === undefined ? '' : ` to revision ${to}${version === undefined ? '' : `, as revision ${version}`}`;
  const commit = [shortRevision(revision), author, subject && JSON.stringify(subject)].filter(Boolean).join(' ');
  const place = [object, pod && `pod ${pod}`].filter(Boolean).join(', ');
  const lines: [string, readonly (string | undefined)[]][] = [
    [
      'outcome',
      [`${outcomes[outcome]}${outcome === 'impossible' ? '' : back}${outcome === 'healthy' ? '; healthy since' : ''}`],
    ],
    ['commit', [commit]],
    ['failed', [`revision ${from}: ${reason}${place ? ` (${place})` : ''}`, message, warning]],
    ['changed', changed],
    ['objects', objects],
    ['hooks', hooks],
    ['git', [revert?.message]],
    ['timeline', timeline.map((step) => `${step.at} ${step.what}`)],
  ];
  const body = lines.flatMap(([title, texts]) =>
    texts
      .filter((text) => text !== undefined && text !== '')
      .map((text, index) => `  ${(index === 0 ? title : '').padEnd(8)} ${text}\n`),
  );
  return [`${app}/${environment} ${at}\n`, ...body].join('');
}
