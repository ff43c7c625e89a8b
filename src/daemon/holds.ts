/**
 * Says what keeps a release from being installed where git wants it: one of the same application that runs elsewhere and
 * holds data, or one that seems to be the same application under its former name. A person decides; what runs stays.
 */
import { formatPlace } from '../foundation/base/errors.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import { objectLabel } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { actFor } from '../pipeline/act-for.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import { holdsVolumes } from '../pipeline/remediate/decide-removal.ts';
import { findRename } from '../pipeline/remediate/find-rename.ts';
import { removalId, renameReason } from '../pipeline/remediate/removal-reasons.ts';
import { chartName } from '../pipeline/remember-release.ts';
import type { ClusterSession } from './clusters/cluster-session.ts';
import type { KnownState } from './clusters/known-states.ts';
import { placeName } from './place-name.ts';

export interface Hold {
  readonly for: string;
  readonly message: string;
  readonly hint?: string;
  /** Nobody tells when it is over. */
  readonly again?: true;
}

export interface Holds {
  of(prepared: PreparedRelease): Promise<Hold | undefined>;
  /** Somebody decided, or something is gone: what is held is looked at again. */
  lookAgain(): void;
}

export interface HoldsOptions {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession }>;
  /** By repository. */
  readonly defined: ReadonlyMap<string, readonly ReleaseDefinition[]>;
  readonly now: () => Date;
}

interface Former {
  readonly session: ClusterSession;
  readonly state: KnownState;
}

export function createHolds(options: HoldsOptions): Holds {
  const { sessions, defined } = options;
  const held = new Map<string, string>();
  const isDefined = definedPlaces(options);
  const find = async ({ definition }: PreparedRelease): Promise<Hold | undefined> => {
    const { repository, path } = definition.origin;
    // Nothing will be installed, moved or removed for it that somebody had to decide.
    if (definition.settings.mode === 'observe') return undefined;
    const known: Former[] = [];
    for (const { session } of sessions.values())
      for (const state of await session.known.all())
        if (state.identity.repository === repository && state.identity.path === path) known.push({ session, state });
    const here = known.filter(({ state }) => state.identity.environment === definition.environment);
    const own = here.find((one) => isAt(definition, one));
    const repositories = defined.get(repository) ?? [];
    const fileBefore = (app: string, environment: string) => {
      const found = known.find(
        ({ state: { identity, begun } }) => begun && identity.app === app && identity.environment === environment,
      );
      return found && (found.state.definition?.file ?? '');
    };
    const renamedTo = ({ state }: Former) =>
      findRename({ state, defined: repositories, chartOf: chartName, fileBefore });
    if (own?.state.begun) {
      const { identity, definition: before } = own.state;
      const isWhereItWas = identity.app !== definition.app || before?.file === definition.origin.place.file;
      const other = isWhereItWas ? undefined : renamedTo(own);
      return other && (await holdSwapped(options, own, { definition, other }));
    }
    for (const former of here) {
      if (!former.state.begun || isDefined(former)) continue;
      const { app } = former.state.identity;
      const isSame = app === definition.app || definition.formerly?.includes(app) === true;
      const hold = isSame
        ? await holdMove(options, former, definition)
        : renamedTo(former) === definition
          ? await holdRenamed(former, definition)
          : undefined;
      if (hold) return hold;
    }
    return undefined;
  };
  return {
    async of(prepared) {
      const hold = await find(prepared);
      const id = definitionId(prepared.definition);
      if (hold) held.set(id, prepared.definition.cluster);
      else held.delete(id);
      return hold;
    },
    lookAgain() {
      for (const [id, cluster] of held) {
        const loop = sessions.get(cluster)?.session.loop;
        const prepared = loop?.prepared(id);
        if (prepared) loop?.wish(prepared);
      }
    },
  };
}

function isAt({ cluster, namespace, releaseName }: ReleaseDefinition, { session, state }: Former): boolean {
  const { identity } = state;
  return (
    cluster === session.context.client.name && namespace === identity.namespace && releaseName === identity.release
  );
}

/** There may be many, and each release asks. */
function definedPlaces({ defined }: HoldsOptions): (former: Former) => boolean {
  const places = new WeakMap<readonly ReleaseDefinition[], ReadonlySet<string>>();
  const placesOf = (definitions: readonly ReleaseDefinition[]) => {
    const known = places.get(definitions) ?? new Set(definitions.map(placeName));
    places.set(definitions, known);
    return known;
  };
  return ({ session, state: { identity } }) => {
    const { namespace, release: releaseName } = identity;
    const name = placeName({ cluster: session.context.client.name, namespace, releaseName });
    return defined.values().some((definitions) => placesOf(definitions).has(name));
  };
}

async function holdRenamed({ session, state }: Former, definition: ReleaseDefinition): Promise<Hold | undefined> {
  const { release, serviceAccount } = state.identity;
  const { history } = actFor(session.context, serviceAccount);
  if ((await newestRevision(history(recordsNamespace(state.identity), release))) === undefined) return undefined;
  const { reason, hint } = renameReason(state, definition);
  return { for: `confirm ${removalId(state)}`, message: `it is not installed: ${reason}`, hint };
}

/** Another application has its name now, and it seems to go on under the name of `other`. */
async function holdSwapped(
  { now }: HoldsOptions,
  { session, state }: Former,
  { definition, other }: { definition: ReleaseDefinition; other: ReleaseDefinition },
): Promise<Hold | undefined> {
  const { app, environment, namespace, release } = state.identity;
  const stored = await session.context.states.read(namespace, release);
  if (stored === undefined || stored.state.renamed?.confirmed) return undefined;
  const id = `n-${app}-${environment}`;
  const reason = `application ${other.app} (${formatPlace(other.origin.place)}) seems to be what was ${app} until now`;
  if (stored.state.renamed === undefined) {
    const decision = { id, since: now().toISOString(), reason };
    await session.context.states.change(namespace, release, (current) => current && { ...current, renamed: decision });
  }
  const hint = `to keep the releases write "formerly: [${other.app}]" into the metadata of ${definition.app} and "formerly: [${app}]" into that of ${other.app}; to deploy ${definition.app} over what runs under its name run: helm-gitops confirm ${id}`;
  return { for: `confirm ${id}`, message: `it is not deployed: ${reason}`, hint };
}

/** Installed elsewhere it would begin without its data. */
async function holdMove(
  { now }: HoldsOptions,
  { session, state }: Former,
  definition: ReleaseDefinition,
): Promise<Hold | undefined> {
  const { app, environment, namespace, release, serviceAccount } = state.identity;
  const { client, signal } = session.context;
  const from = placeName({ cluster: client.name, namespace, releaseName: release });
  const to = placeName(definition);
  try {
    const { states, history } = actFor(session.context, serviceAccount);
    const moving = (await states.read(namespace, release))?.state.moving;
    if (moving?.to === to && moving.confirmed) return undefined;
    const record = (await newestRevision(history(recordsNamespace(state.identity), release)))?.record;
    const holder = record && parseManifest(record.manifest).find(holdsVolumes);
    if (holder === undefined) return undefined;
    const id = `m-${app}-${environment}`;
    const name = objectLabel({ kind: holder.kind, name: holder.metadata.name ?? '' });
    const reason = `it moves from ${from} and holds volumes (${name}): in ${to} it begins without their data`;
    if (moving?.to !== to || moving.id === undefined) {
      const decision = { to, id, reason, since: now().toISOString() };
      await states.change(namespace, release, (current) => current && { ...current, moving: decision });
    }
    const hint = `run: helm-gitops confirm ${id}; then both run until you confirm that the old one goes, which is the time to carry the data over`;
    return { for: `confirm ${id}`, message: reason, hint };
  } catch (error) {
    if (signal.aborted) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    return {
      for: `cluster ${client.name}`,
      message: `it moves from ${from}, which cannot be asked: ${why}`,
      again: true,
    };
  }
}
