/** `status` and `history`: what runs, by the daemon's state and Helm's records. */
import type { Config } from '../../../config/config.ts';
import { describeFreeze } from '../../../foundation/state/describe-freeze.ts';
import type { WaitingPlan } from '../../../foundation/state/frozen-plan.ts';
import type { Incident } from '../../../foundation/state/incident.ts';
import { freezeAt, readFreezes } from '../../../foundation/state/read-freezes.ts';
import type { Quarantine, ReleaseFailure, ReleaseState } from '../../../foundation/state/release-state.ts';
import type { Freeze } from '../../../foundation/state/shared-state.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { describeStanding } from '../../../pipeline/remediate/describe-standing.ts';
import { shortRevision } from '../../../pipeline/source/checkout.ts';
import { type DeliveryRow, measureAll } from '../measure-all.ts';
import {
  type ChosenReleases,
  chooseReleases,
  type GlobalOptions,
  openStates,
  readRecords,
  readStates,
} from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { OutputFormat } from '../output-format.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { Selection } from '../select.ts';
import { describeDecisions, type ShownDecision, shownDecisions } from '../shown-decisions.ts';
import { describeWaiting } from './plans.ts';

export interface StatusOptions extends GlobalOptions, Selection {
  readonly output: OutputFormat;
}

interface StatusRow {
  app: string;
  environment: string;
  cluster: string;
  namespace: string;
  release: string;
  version: number | undefined;
  status: string;
  commit: string;
  message: string;
  failure: ReleaseFailure | undefined;
  quarantine: Quarantine | undefined;
  incidents: readonly Incident[];
  /** How it is delivered there. */
  delivery: DeliveryRow | undefined;
  /** What waits for a person's approval. */
  plan: WaitingPlan | undefined;
  /** Who has approved, or rejected, the version that waits, and the one that was promoted last. */
  decisions: readonly ShownDecision[];
}

/** `delivery`: of a table how each is delivered, in place of how it stands. */
export async function status(
  line: CommandLine,
  options: StatusOptions & { readonly delivery?: boolean },
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { config, clusters, found } = await chooseReleases(line, options, stack);
  const rows: StatusRow[] = [];
  const frozen = await freezesOf(found, clusters);
  for (const { client, state, history } of found) {
    const { app, environment, namespace, release } = state.identity;
    const records = await clusters.askFor(client, `${app}/${environment}`, () => readRecords({ history }));
    if (!records) continue;
    const latest = records.at(-1);
    const commit = state.deployed ? shortRevision(state.deployed.revision) : '';
    rows.push({
      app,
      environment,
      cluster: client.name,
      namespace,
      release,
      version: latest?.version,
      status: latest?.info.status ?? 'not installed',
      commit,
      message: messageOf(state, freezeAt(frozen.get(client) ?? new Map(), environment, line.now().getTime())),
      failure: state.failure,
      quarantine: state.quarantine,
      incidents: state.incidents ?? [],
      plan: state.plan,
      decisions: shownDecisions(state),
      delivery: undefined,
    });
  }
  const measured = measureAll(await readStates(line, config, clusters), line.now());
  for (const row of rows) row.delivery = measured.get(definitionId(row));
  const byName = (a: StatusRow, b: StatusRow) => (`${a.app}/${a.environment}` < `${b.app}/${b.environment}` ? -1 : 1);
  line.stdout.write(
    formatListing(options.output, {
      rows: rows.sort(byName),
      columns: options.delivery ? deliveryColumns : standing,
      empty: 'nothing is deployed yet',
    }),
  );
  await tellMistakes(line, config, clusters);
  return clusters.isPartial ? 1 : 0;
}

type Columns = readonly (readonly [string, (row: StatusRow) => string | number | undefined])[];

const standing: Columns = [
  ['app', (row) => row.app],
  ['environment', (row) => row.environment],
  ['namespace', (row) => row.namespace],
  ['revision', (row) => row.version],
  ['status', (row) => row.status],
  ['commit', (row) => row.commit],
  ['message', (row) => row.message],
];

const deliveryColumns: Columns = [
  ['app', (row) => row.app],
  ['environment', (row) => row.environment],
  ['per day', ({ delivery }) => delivery?.perDay],
  ['lead time', ({ delivery }) => delivery?.leadTime],
  ['failures', ({ delivery }) => percent(delivery?.failureRate)],
  ['restore', ({ delivery }) => delivery?.timeToRestore],
  [
    'path',
    ({ delivery }) =>
      delivery?.path.map(({ environment, stageTime = '' }) => `${environment} ${stageTime}`.trim()).join(', '),
  ],
];

const percent = (part: number | undefined): string | undefined =>
  part === undefined ? undefined : `${Math.round(part * 100)} %`;

/** Of what is not understood nothing is listed, or what was understood before. */
async function tellMistakes(line: CommandLine, config: Config, clusters: ChosenReleases['clusters']): Promise<void> {
  const followed = new Set(config.repositories.map(({ name }) => name));
  const told = new Set<string>();
  for (const client of clusters.clients) {
    const read = (await clusters.ask(client, () => openStates(line, config, client).repositories())) ?? [];
    for (const { body } of read) {
      const { name, problems = 0, commit } = body;
      if (problems === 0 || !followed.has(name)) continue;
      const at = commit === undefined ? '' : ` at ${shortRevision(commit)}`;
      const count = problems === 1 ? '1 problem' : `${problems} problems`;
      told.add(`warning: ${name}${at}: ${count} in its definitions; run helm-gitops validate\n`);
    }
  }
  for (const text of told) line.stderr.write(text);
}

async function freezesOf(found: ChosenReleases['found'], clusters: ChosenReleases['clusters']) {
  const byClient = new Map(found.map(({ client, states }) => [client, states]));
  const asked = [...byClient].map(async ([client, states]) => {
    const freezes = await clusters.ask(client, () => readFreezes(states));
    return [client, freezes ?? new Map()] as const;
  });
  return new Map(await Promise.all(asked));
}

/** Why it is not as git says, the last hindrance first. */
function messageOf(state: ReleaseState, freeze: Freeze | undefined): string {
  const { suspended, uninstalled, quarantine, moving, renamed, emptied, removal, failure, plan } = state;
  const told = [
    freeze && describeFreeze(freeze),
    suspended && 'suspended',
    uninstalled && `uninstalled by ${uninstalled.by} at ${uninstalled.at}; sync installs it again`,
    describeStanding(state, shortRevision),
    moving && describeMove(moving),
    renamed && !renamed.confirmed && `waits for confirm ${renamed.id}: ${renamed.reason}`,
    plan && !suspended && describeWaiting(plan),
    emptied && !emptied.confirmed && `waits for confirm ${emptied.id}: ${emptied.reason}`,
    removal && `waits for confirm ${removal.id}: ${removal.reason}`,
    failure && failure.digest !== quarantine?.digest && describeFailure(failure),
    describeDecisions(shownDecisions(state)),
  ];
  return told.filter((text) => text !== undefined && text !== false).join('; ');
}

function describeMove({ to, id, confirmed }: NonNullable<ReleaseState['moving']>): string {
  return id !== undefined && !confirmed
    ? `moves to ${to}: waits for confirm ${id}`
    : `moves to ${to}, and goes here when it is healthy there`;
}

function describeFailure({ at, attempts, reason, message, object, revision }: ReleaseFailure): string {
  const made = revision === undefined ? '' : ` of ${shortRevision(revision)}`;
  const tries = attempts > 1 ? `, ${attempts} tries` : '';
  const named = object === undefined || message.includes(object) ? '' : `${object}: `;
  return `failed${made} since ${at}${tries}, ${reason}: ${named}${message.split('\n')[0]}`;
}

export async function history(line: CommandLine, options: StatusOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { clusters, found } = await chooseReleases(line, options, stack);
  const rows = [];
  for (const one of found) {
    const { app, environment } = one.state.identity;
    for (const { version, info } of (await clusters.askFor(one.client, `${app}/${environment}`, () =>
      readRecords(one),
    )) ?? []) {
      rows.push({
        app,
        environment,
        version,
        status: info.status,
        updated: info.last_deployed,
        description: info.description,
      });
    }
  }
  line.stdout.write(
    formatListing(options.output, {
      rows,
      columns: [
        ['app', (row) => row.app],
        ['environment', (row) => row.environment],
        ['revision', (row) => row.version],
        ['status', (row) => row.status],
        ['updated', (row) => row.updated],
        ['description', (row) => row.description],
      ],
      empty: 'no revisions',
    }),
  );
  return clusters.isPartial ? 1 : 0;
}
