/** `drift`: compares what was recorded with what is live, now. */
import { writeExactJson } from '../../../foundation/base/exact-json.ts';
import { type KubernetesObject, objectKey, objectLabel } from '../../../foundation/manifest/object.ts';
import { checkDrift } from '../../../pipeline/check-drift.ts';
import type { Drift } from '../../../pipeline/plan/drift.ts';
import { releaseDrift } from '../../../pipeline/plan/release-drift.ts';
import { chooseReleases, readFleet, readRecords } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { StatusOptions } from './status.ts';

export interface DriftOptions extends StatusOptions {
  readonly exitCode: boolean;
}

export async function drift(line: CommandLine, options: DriftOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { config, clusters, found } = await chooseReleases(line, options, stack);
  const prepared = (await readFleet(line, config)).flatMap(({ releases }) => releases);
  const rows: Row[] = [];
  for (const { client, state, history } of found) {
    const { app, environment, release } = state.identity;
    const records = await clusters.askFor(client, `${app}/${environment}`, () => readRecords({ history }));
    const foreign = records && releaseDrift(state, records.at(-1));
    if (foreign) {
      const { field, recorded, live, manager } = foreign;
      const base = { app, environment, object: `Release/${release}`, kind: 'release' as const };
      rows.push({ ...base, manager, severity: 'workload' as const, field, recorded, live });
    }
    const record = records?.findLast(({ info }) => info.status === 'deployed');
    if (!record) continue;
    const definition = prepared.find(
      (one) => one.definition.app === app && one.definition.environment === environment,
    )?.definition;
    const ignore = definition?.settings.drift.ignore ?? [];
    const { signal } = line;
    const onUnknown = (object: KubernetesObject, error: unknown) =>
      clusters.leaveOut(`${app}/${environment} ${objectLabel(objectKey(object))}`, error);
    const crds = definition?.settings.crds !== 'skip';
    const input = { client, record, ignore, crds, signal, onUnknown };
    const drifts = (await clusters.askFor(client, `${app}/${environment}`, () => checkDrift(input))) ?? [];
    for (const { key, kind, fields, manager, severity } of drifts) {
      const base = { app, environment, object: objectLabel(key), kind, manager, severity };
      if (fields.length === 0) rows.push({ ...base, field: '', recorded: '', live: '' });
      for (const { pointer, recorded, live } of fields)
        rows.push({ ...base, field: pointer, recorded: shown(recorded), live: shown(live) });
    }
  }
  line.stdout.write(
    formatListing(options.output, {
      rows,
      columns: [
        ['app', (row) => row.app],
        ['environment', (row) => row.environment],
        ['object', (row) => row.object],
        ['field', (row) => row.field || row.kind],
        ['recorded', (row) => row.recorded],
        ['live', (row) => row.live],
        ['manager', (row) => row.manager],
        ['severity', (row) => row.severity],
      ],
      empty: clusters.isPartial ? 'no drift in what could be asked' : 'no drift',
    }),
  );
  if (clusters.isPartial) return 1;
  return options.exitCode && rows.some(({ kind }) => kind !== 'extra') ? 3 : 0;
}

interface Row extends Pick<Drift, 'manager' | 'severity'> {
  readonly app: string;
  readonly environment: string;
  readonly object: string;
  readonly kind: Drift['kind'] | 'release';
  readonly field: string;
  readonly recorded: string;
  readonly live: string;
}

function shown(value: unknown): string {
  return value === undefined ? '(none)' : typeof value === 'string' ? value : writeExactJson(value);
}
