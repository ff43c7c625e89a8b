/** `drift`: compares what was recorded with what is live, now, and lays what the daemon knows of it beside it. */
import { stringify } from 'yaml';
import { formatDuration } from '../../../foundation/base/duration.ts';
import { parseExactJson, writeExactJson } from '../../../foundation/base/exact-json.ts';
import { pointerSteps } from '../../../foundation/fields/pointer.ts';
import { MASK, maskObject } from '../../../foundation/manifest/mask.ts';
import { type KubernetesObject, keyId, objectKey, objectLabel } from '../../../foundation/manifest/object.ts';
import type { ReleaseState } from '../../../foundation/state/release-state.ts';
import { checkDrift } from '../../../pipeline/check-drift.ts';
import type { Drift } from '../../../pipeline/plan/drift.ts';
import { releaseDrift } from '../../../pipeline/plan/release-drift.ts';
import { chooseReleases, readFleet, readRecords } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import type { CommandLine } from '../run-command-line.ts';
import { unifiedDiff } from '../unified-diff.ts';
import type { StatusOptions } from './status.ts';

export interface DriftOptions extends StatusOptions {
  readonly exitCode: boolean;
  /** A unified diff in place of a table. */
  readonly diff?: boolean;
}

interface Found {
  readonly app: string;
  readonly environment: string;
  readonly state: ReleaseState;
  readonly drift: Drift;
}

export async function drift(line: CommandLine, options: DriftOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { config, clusters, found } = await chooseReleases(line, options, stack);
  const prepared = (await readFleet(line, config)).flatMap(({ releases }) => releases);
  const all: Found[] = [];
  const revisions: Row[] = [];
  for (const { client, state, history } of found) {
    const { app, environment, release } = state.identity;
    const records = await clusters.askFor(client, `${app}/${environment}`, () => readRecords({ history }));
    const foreign = records && releaseDrift(state, records.at(-1));
    if (foreign) {
      const { field, recorded, live, manager } = foreign;
      const base = { app, environment, object: `Release/${release}`, kind: 'release' as const };
      revisions.push({ ...base, manager, severity: 'workload' as const, field, recorded, live });
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
    all.push(...drifts.map((one) => ({ app, environment, state, drift: one })));
  }
  const now = line.now();
  line.stdout.write(
    options.diff ? all.map(diffOf).join('') : listing(options, { all, revisions, now, partial: clusters.isPartial }),
  );
  if (clusters.isPartial) return 1;
  const isDrifted = revisions.length > 0 || all.some(({ drift: { kind } }) => kind !== 'extra');
  return options.exitCode && isDrifted ? 3 : 0;
}

interface Row extends Pick<Drift, 'manager' | 'severity'> {
  readonly app: string;
  readonly environment: string;
  readonly object: string;
  readonly kind: Drift['kind'] | 'release';
  readonly field: string;
  readonly recorded: string;
  readonly live: string;
  readonly age?: string | undefined;
  readonly accepted?: { readonly until: string; readonly reason: string };
}

interface Listed {
  readonly all: readonly Found[];
  /** Of another hand. */
  readonly revisions: readonly Row[];
  readonly now: Date;
  readonly partial: boolean;
}

function listing({ output }: DriftOptions, { all, revisions, now, partial }: Listed): string {
  const rows = [...revisions, ...all.flatMap((found) => rowsOf(found, now))];
  return formatListing(output, {
    rows,
    columns: [
      ['app', (row) => row.app],
      ['environment', (row) => row.environment],
      ['object', (row) => row.object],
      ['field', (row) => row.field || row.kind],
      ['recorded', (row) => short(row.recorded)],
      ['live', (row) => short(row.live)],
      ['manager', (row) => row.manager],
      ['severity', (row) => (row.kind === 'extra' ? 'extra' : row.severity)],
      ['age', (row) => row.age ?? ''],
      ['accepted', (row) => (row.accepted ? `until ${row.accepted.until.slice(0, 16)}Z: ${row.accepted.reason}` : '')],
    ],
    empty: partial ? 'no drift in what could be asked' : 'no drift',
  });
}

/** One for each field; what the daemon knows of the object stands in each of them. */
function rowsOf({ app, environment, state, drift: one }: Found, now: Date): Row[] {
  const { key, kind, fields, manager, operation, changedAt, severity, approximate } = one;
  const id = kind === 'extra' ? `${keyId(key)} extra` : keyId(key);
  const known = state.drift?.find((standing) => standing.key === id);
  const accepted = state.accepted?.find(
    ({ object, until }) =>
      object === objectLabel(key) && Date.parse(until) > now.getTime() && known?.accepted !== undefined,
  );
  const age = known && formatDuration(Math.max(0, Math.floor((now.getTime() - Date.parse(known.since)) / 1000)) * 1000);
  const base = { app, environment, object: objectLabel(key), kind, manager, severity };
  const more = {
    ...(operation ? { operation } : {}),
    ...(changedAt ? { changedAt } : {}),
    ...(approximate ? { approximate } : {}),
    ...(known ? { id: known.id, since: known.since, age } : {}),
    ...(known?.gaveUp ? { gaveUp: true } : {}),
    ...(accepted ? { accepted: { by: accepted.by, until: accepted.until, reason: accepted.reason } } : {}),
  };
  if (fields.length === 0) return [{ ...base, field: '', recorded: '', live: '', ...more }];
  return fields.map(({ pointer, recorded, live }) => ({
    ...base,
    ...{ field: pointer, recorded: shown(recorded), live: shown(live) },
    ...more,
  }));
}

function shown(value: unknown): string {
  return value === undefined ? '(none)' : typeof value === 'string' ? value : writeExactJson(value);
}

/** As a table can hold it. */
function short(text: string): string {
  const line = text.replaceAll('\n', '\\n');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

function diffOf({ app, environment, drift: { key, kind, wouldBe, live, fields } }: Found): string {
  const about = `${app}/${environment} ${objectLabel(key)}`;
  // What was added is in both: the server keeps it.
  const recorded = kind === 'extra' ? live && without(live, fields) : wouldBe;
  const names = [`recorded ${about}`, `live ${about}`] as const;
  return unifiedDiff({ before: textOf(recorded), after: textOf(live && withOthers(live, fields)), names });
}

const serverFields = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

function textOf(object: KubernetesObject | undefined): string {
  if (!object) return '';
  const { status: _status, metadata, ...rest } = maskObject(object);
  const named = Object.fromEntries(Object.entries(metadata).filter(([field]) => !serverFields.includes(field)));
  return stringify(parseExactJson(writeExactJson({ ...rest, metadata: named })), {
    sortMapEntries: true,
    lineWidth: 0,
  });
}

/** Of a Secret it is shown which values differ, and none of them. */
function withOthers(live: KubernetesObject, fields: Drift['fields']): KubernetesObject {
  const data = live['data'];
  if (live.kind !== 'Secret' || typeof data !== 'object' || data === null) return live;
  const differs = (key: string) =>
    fields.some(({ pointer, recorded }) => pointer === `/data/${key}` && recorded !== undefined);
  const others = Object.keys(data).filter(differs);
  return {
    ...live,
    data: Object.fromEntries(Object.keys(data).map((key) => [others.includes(key) ? `${key} (another)` : key, MASK])),
  };
}

function without(live: KubernetesObject, fields: Drift['fields']): KubernetesObject {
  const copy = structuredClone(live);
  const deepest = [...fields].sort((a, b) => b.pointer.localeCompare(a.pointer, 'en', { numeric: true }));
  for (const { pointer } of deepest) removeAt(copy, pointer);
  return copy;
}

function removeAt(object: unknown, pointer: string): void {
  const steps = pointerSteps(pointer);
  const last = steps.pop() ?? '';
  let place = object as Record<string, unknown> | undefined;
  for (const step of steps) place = place?.[step] as Record<string, unknown> | undefined;
  if (Array.isArray(place)) place.splice(Number(last), 1);
  else if (place) delete place[last];
}
