/** What is kept in state of a release: whose it is, and what its newest revision was made from. */
import { isDeepStrictEqual } from 'node:util';
import { formatDuration } from '../foundation/base/duration.ts';
import type { DeployedSource, Quarantine, ReleaseState } from '../foundation/state/release-state.ts';
import { accountOf } from './act-for.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { describeDelivery } from './describe-delivery.ts';
import { withStep } from './remediate/describe-incident.ts';
import { withDelivered, withRestored } from './remediate/keep-deliveries.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { shortRevision } from './source/checkout.ts';
import { secretKeys } from './values/describe-changes.ts';

type Owner = Pick<ReleaseContext, 'installation'>;

function identityOf({ installation }: Owner, definition: ReleaseDefinition): ReleaseState['identity'] {
  const { app, environment, namespace, releaseName, origin, storageNamespace } = definition;
  const { repository, path, url } = origin;
  const account = accountOf(definition);
  const place = { namespace, ...(storageNamespace === undefined ? {} : { storageNamespace }) };
  const acting = account === undefined ? {} : { serviceAccount: account };
  const from = { repository, ...(url === undefined ? {} : { url }), path };
  return { installation, app, environment, ...from, ...place, release: releaseName, ...acting };
}

/** Of a chart without its version: a newer one is the same chart. */
export function chartName({ chart }: Pick<ReleaseDefinition, 'chart'>): string {
  if (chart.type === 'path') return `path ${chart.path}`;
  if (chart.type === 'repository') return `repository ${chart.repository} ${chart.name}`;
  if (chart.type === 'git') return `git ${chart.url} ${chart.path}`;
  return `oci ${chart.reference.replace(/(@|:(?=[^/]*$)).*$/, '')}`;
}

/** By what it is known once it is gone: its file, and where it is one of ours what it says. */
export function knownBy(definition: ReleaseDefinition): NonNullable<ReleaseState['definition']> {
  const { place, outline, through } = definition.origin;
  const said = outline === undefined ? {} : { outline };
  return { file: place.file, chart: chartName(definition), ...said, ...(through === undefined ? {} : { through }) };
}

/** Whose it is, and what becomes of it without its definition: this may change where nothing is deployed. */
export function remembersIdentity(state: ReleaseState, owner: Owner, definition: ReleaseDefinition): boolean {
  return (
    state.removal === undefined &&
    state.moving === undefined &&
    state.renamed === undefined &&
    isDeepStrictEqual({ ...state.definition }, knownBy(definition)) &&
    state.onRemove === definition.settings.onRemove &&
    isDeepStrictEqual({ ...state.identity }, identityOf(owner, definition))
  );
}

export function withIdentity(
  state: ReleaseState | undefined,
  owner: Owner,
  definition: ReleaseDefinition,
): ReleaseState {
  if (state && remembersIdentity(state, owner, definition)) return state;
  // A definition that is there again ends what waited without it, and what was confirmed of that.
  const { removal: _removal, moving: _moving, renamed: _renamed, ...rest } = state ?? {};
  const identity = identityOf(owner, definition);
  return { ...rest, format: 1, identity, onRemove: definition.settings.onRemove, definition: knownBy(definition) };
}

export async function rememberIdentity(context: ReleaseContext, definition: ReleaseDefinition): Promise<void> {
  const { namespace, releaseName } = definition;
  await context.states.change(namespace, releaseName, (state) => withIdentity(state, context, definition));
}

/** The revision that runs now was made from the inputs of the one it repeats. It is not known to be healthy yet itself. */
export async function rememberRolledBack(
  context: Pick<ReleaseContext, 'states' | 'now'>,
  { namespace, releaseName }: ReleaseDefinition,
  { version, to }: { version: number; to: number },
): Promise<void> {
  await context.states.change(namespace, releaseName, (state) => {
    if (!state) return state;
    const { intent, failure: _failure, uninstalled: _uninstalled, ...rest } = state;
    const repeats = intent?.to === to ? intent.repeats : undefined;
    const deployed = { ...repeatedSource(state, to), ...repeats, helmRevision: version };
    const at = context.now().toISOString();
    const incidents = rolledBack(state, { version, to, at });
    const deliveries = withRestored(state.deliveries, at);
    return { ...rest, deployed, ...(incidents ? { incidents } : {}), ...(deliveries ? { deliveries } : {}) };
  });
}

/** Whoever rolled it back, the incident is over as far as that goes. */
function rolledBack(
  { incidents, quarantine }: ReleaseState,
  { version, to, at }: { version: number; to: number; at: string },
): ReleaseState['incidents'] {
  const last = incidents?.at(-1);
  if (!last || last.digest !== quarantine?.digest || last.version === version) return undefined;
  const what = `revision ${version} runs what revision ${to} was`;
  return withStep(incidents, { from: last.from, at, what, change: { outcome: 'rolledBack', to, version } });
}

const unknownSource: DeployedSource = { digest: 'unknown', revision: 'unknown', helmRevision: 0 };

/** What is left is not what runs: `retry` deploys it again. */
function repeatedSource({ healthy, deployed }: ReleaseState, to: number): Omit<DeployedSource, 'helmRevision'> {
  const { unhealthy: _unhealthy, helmRevision, ...known } = deployed ?? unknownSource;
  if (helmRevision === to) return known;
  // Who committed what it was made from is not kept of a healthy revision.
  const { commit: _commit, author: _author, ...rest } = known;
  if (healthy?.version !== to) return { ...rest, digest: 'unknown', revision: 'unknown' };
  const same = known.digest === healthy.digest;
  return same ? known : { ...rest, digest: healthy.digest, revision: healthy.revision };
}

interface HealthyRevision {
  readonly version: number;
  /** The fingerprints of its objects. */
  readonly objects: Readonly<Record<string, string>>;
  /** RFC 3339: now. */
  readonly at: string;
}

/** It was ready and stayed so; unless something else runs by now. */
export function withHealthy(
  state: ReleaseState | undefined,
  { version, objects, at }: HealthyRevision,
): ReleaseState | undefined {
  const { deployed } = state ?? {};
  if (!state || deployed?.helmRevision !== version) return state;
  const { unhealthy: _unhealthy, ...source } = deployed;
  const healthy = { version, digest: deployed.digest, revision: deployed.revision, at };
  const what = `revision ${version} is healthy`;
  const incidents = withStep(state.incidents, { version, at, what, change: { outcome: 'healthy' } });
  return { ...state, deployed: source, healthy, clean: { version, objects }, ...(incidents ? { incidents } : {}) };
}

/** It is as git says, whatever came in between, and whatever was about to begin: other inputs are held no longer. */
export async function rememberSettled(context: ReleaseContext, prepared: PreparedRelease): Promise<void> {
  const { definition, digest } = prepared;
  const { namespace, releaseName } = definition;
  let lifted: Quarantine | undefined;
  await context.states.change(namespace, releaseName, (before) => {
    const {
      failure: _failure,
      intent: _intent,
      emptied: _emptied,
      plan: _plan,
      quarantine,
      ...state
    } = withIdentity(before, context, definition);
    lifted = quarantine?.digest === digest ? undefined : quarantine;
    return lifted || !quarantine ? state : { ...state, quarantine };
  });
  if (lifted) tellLifted(context, prepared, { lifted, why: 'is what git wants again' });
}

function tellLifted(
  context: Pick<ReleaseContext, 'emit'>,
  prepared: PreparedRelease,
  { lifted, why }: { lifted: Quarantine; why: string },
): void {
  const reason = `${shortRevision(prepared.checkout.revision)} ${why}`;
  context.emit({ event: 'revision.released', ...releaseFields(prepared), digest: lifted.digest, reason });
}

/** What is left alone in quarantine is tried again, as if it had never failed. */
export async function liftQuarantine(
  context: ReleaseContext,
  prepared: PreparedRelease,
  why = `rollback.retryAfter: ${formatDuration(prepared.definition.settings.rollback.retryAfter)} are over`,
): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  let lifted: Quarantine | undefined;
  await context.states.change(namespace, releaseName, (state) => {
    if (!state) return state;
    const { quarantine, failure: _failure, ...rest } = state;
    lifted = quarantine;
    return rest;
  });
  if (!lifted) return;
  context.emit({ event: 'revision.released', ...releaseFields(prepared), digest: lifted.digest, reason: why });
}

interface DeployedRevision {
  readonly version: number;
  readonly answers: RenderedRelease['answers'] | undefined;
  /** RFC 3339: now, where it was deployed and not only found to be there. */
  readonly delivered?: string;
}

/** What was held before is lifted: other inputs have been deployed, or a person asked for these. */
export async function rememberDeployed(
  context: Pick<ReleaseContext, 'states' | 'installation' | 'emit'>,
  prepared: PreparedRelease,
  { version, answers, delivered }: DeployedRevision,
): Promise<void> {
  const { definition, checkout, digest, pins, layers } = prepared;
  let lifted: Quarantine | undefined;
  await context.states.change(definition.namespace, definition.releaseName, (before) => {
    const {
      intent: _intent,
      failure: _failure,
      removal: _removal,
      emptied: _emptied,
      plan: _plan,
      uninstalled: _uninstalled,
      quarantine,
      ...rest
    } = withIdentity(before, context, definition);
    lifted = quarantine;
    const deployed = {
      digest,
      helmRevision: version,
      revision: checkout.revision,
      ...(checkout.commit ? { commit: checkout.commit.id, author: checkout.commit.author } : {}),
      ...(answers?.kubeVersion === undefined ? {} : { kubeVersion: answers.kubeVersion }),
      ...(answers ? { apiVersions: answers.apiVersions } : {}),
      ...(answers?.apiVersionList === undefined ? {} : { apiVersionList: answers.apiVersionList }),
    };
    const hidden = secretKeys(layers);
    const charts = [...pins.values()].map(({ fetched: { from, version, digest: content } }) => {
      return { from, version, digest: content };
    });
    const deliveries =
      delivered === undefined
        ? rest.deliveries
        : withDelivered(rest.deliveries, { ...describeDelivery(prepared), at: delivered });
    return {
      ...rest,
      ...(deliveries ? { deliveries } : {}),
      deployed: {
        ...deployed,
        ...(charts.length > 0 ? { charts } : {}),
        ...(hidden.length > 0 ? { secretKeys: hidden } : {}),
      },
    };
  });
  if (lifted) tellLifted(context, prepared, { lifted, why: 'is deployed instead' });
}

interface ReleasePlace {
  readonly namespace: string;
  readonly release: string;
}

/** Nothing of it runs; without its history nothing is left to go back to either. */
export async function rememberUninstalled(
  context: ReleaseContext,
  { namespace, release }: ReleasePlace,
  { keepHistory }: { readonly keepHistory: boolean },
): Promise<void> {
  await context.states.change(namespace, release, (state) => {
    if (!state) return state;
    const { deployed: _deployed, clean: _clean, intent: _intent, failure: _failure, healthy, ...rest } = state;
    return healthy && keepHistory ? { ...rest, healthy } : rest;
  });
}
