/** `status` and `history`: what runs, by the daemon's state and Helm's records. */
import { shortRevision } from '../../../pipeline/source/checkout.ts';
import { chooseReleases, type GlobalOptions, readRecords, type Selection } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { OutputFormat } from '../output-format.ts';
import type { CommandLine } from '../run-command-line.ts';

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
}

export async function status(line: CommandLine, options: StatusOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { clusters, found } = await chooseReleases(line, options, stack);
  const rows: StatusRow[] = [];
  for (const { client, state, history } of found) {
    const { app, environment, namespace, release } = state.identity;
    const records = await clusters.ask(client, () => readRecords({ history }));
    if (!records) continue;
    const latest = records.at(-1);
    const message = state.suspended
      ? 'suspended'
      : state.quarantine
        ? `quarantined ${shortRevision(state.quarantine.revision)}: ${state.quarantine.reason}`
        : state.removal
          ? `waits for confirm ${state.removal.id}`
          : '';
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
      message,
    });
  }
  const byName = (a: StatusRow, b: StatusRow) => (`${a.app}/${a.environment}` < `${b.app}/${b.environment}` ? -1 : 1);
  line.stdout.write(
    formatListing(options.output, {
      rows: rows.sort(byName),
      columns: [
        ['app', (row) => row.app],
        ['environment', (row) => row.environment],
        ['namespace', (row) => row.namespace],
        ['revision', (row) => row.version],
        ['status', (row) => row.status],
        ['commit', (row) => row.commit],
        ['message', (row) => row.message],
      ],
      empty: 'nothing is deployed yet',
    }),
  );
  return clusters.leftOut.size > 0 ? 1 : 0;
}

export async function history(line: CommandLine, options: StatusOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { clusters, found } = await chooseReleases(line, options, stack);
  const rows = [];
  for (const one of found) {
    const { app, environment } = one.state.identity;
    for (const { version, info } of (await clusters.ask(one.client, () => readRecords(one))) ?? []) {
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
  return clusters.leftOut.size > 0 ? 1 : 0;
}
