/**
 * Writes down what became of a change that went wrong, step by step, in the release's state: what was changed is read from
 * the records of the two revisions, once. Whoever comes again after a crash finds the incident, and begins no second one.
 */
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import type { Incident } from '../foundation/state/incident.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { GoMap } from '../foundation/template/value.ts';
import { fromJson } from '../foundation/yaml/plain-json.ts';
import { accountOf, actFor } from './act-for.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { describeDelivery } from './describe-delivery.ts';
import type { Readiness } from './observe/readiness.ts';
import {
  began,
  describeIncident,
  type IncidentChange,
  isMeant,
  withIncident,
  withStep,
} from './remediate/describe-incident.ts';
import { withFailed } from './remediate/keep-deliveries.ts';
import { listChanges } from './values/describe-changes.ts';

export interface FailedRevision {
  readonly prepared: PreparedRelease;
  readonly version: number;
  /** The revision that is gone back to. */
  readonly to: number | undefined;
  readonly reason: string;
  readonly message: string;
  readonly readiness: Readiness | undefined;
  /** The rollback begins now. */
  readonly begins?: boolean;
  /** It goes back with this group, without a fault of its own. */
  readonly group?: object | undefined;
}

/** Undefined where the failed revision has no record any more. */
export async function openIncident(given: ReleaseContext, failed: FailedRevision): Promise<Incident | undefined> {
  const { prepared, version, to, reason, message, readiness, begins = false, group } = failed;
  const { definition, digest, checkout } = prepared;
  const { namespace, releaseName } = definition;
  const known = await incidentOf(given, definition, { from: version, digest });
  if (known && begins && known.outcome === 'held')
    return await stepIncident(given, definition, { from: version, what: began(to), change: {} });
  if (known) return known;
  const context = actFor(given, accountOf(definition));
  const history = context.history(recordsNamespace(definition), releaseName);
  const [bad, target] = await Promise.all([history.get(version), to === undefined ? undefined : history.get(to)]);
  if (!bad) return undefined;
  const secretKeys = (await given.states.read(namespace, releaseName))?.state.deployed?.secretKeys;
  const before = target && (fromJson(target.record.config) as GoMap);
  const after = fromJson(bad.record.config) as GoMap;
  const incident = describeIncident({
    at: given.now().toISOString(),
    digest,
    revision: checkout.revision,
    commit: checkout.commit,
    failed: bad.record,
    objects: {
      before: target && parseManifest(target.record.manifest),
      after: parseManifest(bad.record.manifest),
    },
    changed: before ? listChanges({ before, after, layers: prepared.layers, secretKeys }) : [],
    to,
    begins,
    isBlameless: group !== undefined,
    reason,
    message,
    readiness,
    mask: (text) => given.mask?.text(text) ?? text,
  });
  await given.states.change(namespace, releaseName, (state) => {
    if (!state) return state;
    const failed = { ...describeDelivery(prepared), failed: incident.at };
    const deliveries = group === undefined ? withFailed(state.deliveries, failed) : state.deliveries;
    const incidents = withIncident(state.incidents, incident);
    return { ...state, incidents, ...(deliveries ? { deliveries } : {}) };
  });
  return await incidentOf(given, definition, incident);
}

type Unfinished<Step> = Step extends unknown ? Omit<Step, 'at'> : never;

/** Returns the incident as it is then; undefined where there is none of that revision. */
export async function stepIncident(
  context: ReleaseContext,
  definition: ReleaseDefinition,
  step: Unfinished<IncidentChange>,
): Promise<Incident | undefined> {
  const { namespace, releaseName } = definition;
  const at = context.now().toISOString();
  const what = context.mask?.text(step.what) ?? step.what;
  await context.states.change(namespace, releaseName, (state) => {
    const incidents = state && withStep(state.incidents, { ...step, what, at });
    return state && incidents ? { ...state, incidents } : state;
  });
  const incidents = (await context.states.read(namespace, releaseName))?.state.incidents;
  return incidents?.findLast((incident) => isMeant(incident, step));
}

export async function incidentOf(
  { states }: ReleaseContext,
  { namespace, releaseName }: ReleaseDefinition,
  wanted: Pick<Incident, 'from' | 'digest'>,
): Promise<Incident | undefined> {
  const incidents: ReleaseState['incidents'] = (await states.read(namespace, releaseName))?.state.incidents;
  return incidents?.find(({ from, digest }) => from === wanted.from && digest === wanted.digest);
}

/** The whole incident in one line; of the log alone it has the container's last words. */
export function tellIncident(
  context: Pick<ReleaseContext, 'emit'>,
  prepared: Pick<PreparedRelease, 'op' | 'definition'>,
  { incident, logs }: { incident: Incident | undefined; logs: string | undefined },
): void {
  if (!incident) return;
  const { from, to, version, outcome, reason, message, object, pod, warning, author } = incident;
  const list = (texts: readonly string[]) => (texts.length > 0 ? texts.join('; ') : undefined);
  context.emit({
    event: 'rollback.incident',
    ...releaseFields(prepared),
    ...{ outcome, from, to, version, commit: incident.revision, author, reason, object, pod, message, warning, logs },
    changed: list(incident.changed),
    objects: list(incident.objects),
    hooks: list(incident.hooks),
    timeline: list(incident.timeline.map(({ at, what }) => `${at} ${what}`)),
  });
}
