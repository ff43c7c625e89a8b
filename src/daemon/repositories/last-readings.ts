/**
 * Remembers in each cluster what its releases were read from last, and brings back as they were read then those that run
 * there while nobody can say what defines them now: a definition is broken, a chart cannot be had, a repository is out of
 * reach. A daemon that has just started knows no more of them. It takes nothing away, and deploys nothing older than what runs.
 */
import { isDeepStrictEqual } from 'node:util';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { displayUrl } from '../../foundation/git/git-url.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { HeldReleases, KnownCommit, Reading, RepositoryState } from '../../foundation/state/shared-state.ts';
import { successorOf } from '../../pipeline/compare-revisions.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { Nested, NestedDefinitions } from '../../pipeline/nested-definitions.ts';
import { type Checkout, shortRevision } from '../../pipeline/source/checkout.ts';
import type { RepositoryConfig } from '../../pipeline/source/repository.ts';
import { allProblems, type SyncedRevision } from '../../pipeline/sync-revision.ts';
import type { ClusterSession } from '../clusters/cluster-session.ts';
import type { KnownState } from '../clusters/known-states.ts';
import { isDefined, type Read } from '../removals/removals.ts';
import type { Wishes } from '../wishes.ts';

export interface FollowedRepository {
  readonly repository: Pick<RepositoryConfig, 'name' | 'url' | 'revision' | 'path'>;
  readAgain(reading: Reading): Promise<SyncedRevision>;
  /** What its charts rendered of definitions before, where that cannot be known now: it is looked at again with these. */
  recall(nested: NestedDefinitions): void;
  /** Whether one commit of it comes before another. */
  isBefore(one: string, other: string): Promise<boolean>;
}

export interface LastReadingsOptions {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession; readonly states: StateStore }>;
  readonly repositories: ReadonlyMap<string, FollowedRepository>;
  readonly wishes: Pick<Wishes, 'expect' | 'expectNoMore'>;
  /** Whatever became of it before. */
  readonly admit: (prepared: PreparedRelease) => void;
  readonly emit: Emit;
  readonly now: () => Date;
}

export interface LastReadings {
  /** A look at the repository is over, whatever came of it. */
  looked(repository: string): Promise<void>;
  /** Work in a cluster begins, for the first time or anew. */
  begun(cluster: string): Promise<void>;
}

export function createLastReadings(options: LastReadingsOptions, last: Read): LastReadings {
  const { sessions, emit } = options;
  const looked = new Set<string>();
  const keepers = new WeakMap<ClusterSession, Map<string, Keeper>>();
  const keepIn = async (cluster: string, repository: string): Promise<void> => {
    const work = sessions.get(cluster);
    const followed = options.repositories.get(repository);
    if (work === undefined || followed === undefined) return;
    const { session, states } = work;
    const ofSession = keepers.get(session) ?? new Map<string, Keeper>();
    keepers.set(session, ofSession);
    const keeper: Keeper = ofSession.get(repository) ?? { turn: Promise.resolve(), tried: new Set() };
    ofSession.set(repository, keeper);
    const keeping = { ...options, cluster, session, states, followed, last, keeper };
    keeper.turn = keeper.turn.then(async () => {
      await keep(keeping).catch((thrown: unknown) => {
        // What an ended session leaves is for the next one; what a cluster refuses is asked for again at the next look.
        const { fault } = asHelmGitopsError(thrown);
        if (fault === 'internal' && !session.context.signal.aborted) emit(internalError(thrown));
      });
    });
    await keeper.turn;
  };
  return {
    async looked(repository) {
      looked.add(repository);
      await Promise.all([...sessions.keys()].map((cluster) => keepIn(cluster, repository)));
    },
    async begun(cluster) {
      await Promise.all([...looked].map((repository) => keepIn(cluster, repository)));
    },
  };
}

/** What is remembered of one repository while work in a cluster lasts. */
interface Keeper {
  turn: Promise<void>;
  /** As it lies in the cluster; undefined before it was read. */
  stored?: { readonly state: RepositoryState | undefined };
  /** What was brought back, or told that it cannot be. */
  readonly tried: Set<string>;
}

interface Keeping extends LastReadingsOptions {
  readonly cluster: string;
  readonly session: ClusterSession;
  readonly states: StateStore;
  readonly followed: FollowedRepository;
  readonly last: Read;
  readonly keeper: Keeper;
}

async function keep(keeping: Keeping): Promise<void> {
  const { followed, last, states, keeper } = keeping;
  const { name } = followed.repository;
  const read = last.get(name);
  keeper.stored ??= { state: (await states.repository(name))?.body };
  const before = keeper.stored.state;
  const source = sourceOf(followed);
  const known = before && isDeepStrictEqual({ ...before.source }, source) ? before : undefined;
  const held = groupHeld(await heldIn(keeping, read), known);
  if (read !== undefined) {
    const problems = countMistakes(read.synced);
    const next = { ...readingOf(read), ...(problems > 0 && { problems }), ...(held.length > 0 && { held }) };
    const { format: _format, name: _name, source: _source, at: _at, requests: _requests, ...told } = known ?? {};
    if (known === undefined || !isDeepStrictEqual(plain(told), plain(next))) {
      const state = { format: 1, name, source, ...next, at: keeping.now().toISOString() } as const;
      await states.changeRepository(name, (current) => ({
        ...state,
        ...(current?.requests ? { requests: current.requests } : {}),
      }));
      keeper.stored = { state };
    }
  }
  for (const group of held) await bringBack(keeping, group);
}

/** What may pass by itself is none. */
function countMistakes({ problems, failed }: SyncedRevision): number {
  return allProblems({ problems, failed: failed.filter(({ error }) => error.fault !== 'transient') }).length;
}

/** As JSON has it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function sourceOf({ repository: { url, revision = '', path } }: FollowedRepository): RepositoryState['source'] {
  return { url: displayUrl(url), revision, path };
}

/** Edits that are in no commit are not to be had again. */
function readingOf({ synced, checkout }: { synced: SyncedRevision; checkout: Checkout }): Partial<Reading> {
  const commit = knownCommit(checkout);
  if (commit === undefined) return {};
  const others: [string, KnownCommit][] = [];
  for (const [name, other] of synced.others) {
    const known = knownCommit(other.checkout);
    if (known) others.push([name, known]);
  }
  return { ...commit, ...(others.length > 0 ? { others: Object.fromEntries(others) } : {}) };
}

function knownCommit({ revision, commit, tag }: Checkout): KnownCommit | undefined {
  return commit === undefined || revision !== commit.id ? undefined : { commit: commit.id, ...(tag ? { tag } : {}) };
}

/** Releases of this repository that run here and are wished for by nothing that was read. */
async function heldIn({ cluster, session, followed, last }: Keeping, read: ReturnType<Read['get']>) {
  const { name, path } = followed.repository;
  if (read !== undefined && isWhole(read.synced)) return [];
  const { releases: all = [], nested } = read?.synced ?? {};
  // What a chart rendered before is followed, and is not to be had from this commit.
  const kept = new Set([...(nested?.values() ?? [])].filter((one) => one.kept).map(({ definition }) => definition.app));
  const releases = all.filter(({ definition }) => !definition.origin.parents.some((parent) => kept.has(parent)));
  const here = releases.filter(({ definition }) => definition.cluster === cluster);
  const places = new Set(here.map(({ definition }) => `${definition.namespace}/${definition.releaseName}`));
  const elsewhere: Read = new Map([...last].filter(([other]) => other !== name));
  const prepared = releases.map(({ definition }) => definition);
  return (await session.known.all()).filter(({ identity, begun }) => {
    if (!begun || identity.repository !== name || identity.path !== path) return false;
    if (places.has(`${identity.namespace}/${identity.release}`)) return false;
    return successorOf(identity, prepared) === undefined && !isDefined(elsewhere, cluster, identity);
  });
}

/** Nothing of it is in doubt. */
function isWhole({ problems, unreadFiles, failed }: SyncedRevision): boolean {
  return problems.length + unreadFiles.length + failed.length === 0;
}

/** By what each was read from; of what was never read nothing is known. */
function groupHeld(held: readonly KnownState[], known: RepositoryState | undefined): HeldReleases[] {
  const groups = new Map<string, HeldReleases>();
  for (const { identity } of held) {
    const id = definitionId(identity);
    const { commit, tag, others } = known?.held?.find(({ releases }) => releases.includes(id)) ?? known ?? {};
    if (commit === undefined) continue;
    const reading: Reading = { commit, ...(tag ? { tag } : {}), ...(others ? { others } : {}) };
    const key = JSON.stringify(reading);
    const group = groups.get(key) ?? { ...reading, releases: [] };
    groups.set(key, { ...group, releases: [...group.releases, id].sort() });
  }
  return [...groups.values()];
}

async function bringBack(keeping: Keeping, { releases, ...reading }: HeldReleases): Promise<void> {
  const { session, followed, keeper, cluster, emit, wishes, admit, last } = keeping;
  const lost = releases.filter((id) => session.loop.prepared(id) === undefined);
  const key = JSON.stringify([reading, lost]);
  if (lost.length === 0 || keeper.tried.has(key)) return;
  const { name: repository } = followed.repository;
  const fields = { repository, cluster, revision: reading.commit };
  let read: SyncedRevision;
  try {
    read = await followed.readAgain(reading);
  } catch (thrown) {
    const { message, fault } = asHelmGitopsError(thrown);
    if (fault === 'internal') throw thrown;
    const told = `${message} ${key}`;
    if (!keeper.tried.has(told)) {
      const text = `what was read last (${shortRevision(reading.commit)}) cannot be read either: ${message}`;
      const hint = `what runs stays; nobody corrects or tells drift of ${listOf(lost)} until the repository can be read`;
      emit({ event: 'repository.failed', repository, message: text, hint });
    }
    keeper.tried.add(told);
    return;
  }
  keeper.tried.add(key);
  const recalled = lostNested(read, last.get(repository)?.synced);
  if (recalled.size > 0) {
    const parents = new Set([...recalled.values()].map(({ definition }) => definition.app));
    const ids = read.releases
      .filter((one) => one.definition.origin.parents.some((name) => parents.has(name)))
      .map(idOf);
    followed.recall(recalled);
    const names = ids.filter((id) => lost.includes(id));
    emit({ event: 'repository.restored', ...fields, releases: names.length, names: listOf(names) });
    if (names.length === lost.length) return;
  }
  const found = read.releases.filter(
    ({ definition }) => definition.cluster === cluster && lost.includes(definitionId(definition)),
  );
  const wanted: PreparedRelease[] = [];
  for (const prepared of found) if (!(await isOutdated(keeping, prepared))) wanted.push(prepared);
  if (wanted.length === 0) return;
  const definitions = wanted.map(({ definition }) => definition);
  wishes.expect(definitions);
  for (const prepared of wanted) admit(prepared);
  wishes.expectNoMore(definitions);
  emit({ event: 'repository.restored', ...fields, releases: wanted.length, names: listOf(wanted.map(idOf)) });
}

/** Definitions that charts rendered then, of charts that are not understood now. */
function lostNested({ nested: then }: SyncedRevision, now: SyncedRevision | undefined): NestedDefinitions {
  const lost = new Map<string, Nested>();
  for (const [id, nested] of now === undefined ? [] : (then ?? [])) {
    const known = now?.nested?.get(id);
    if (nested.kept || nested.files.length === 0) continue;
    if (known === undefined || (known.kept && known.files.length === 0)) lost.set(id, nested);
  }
  return lost;
}

const idOf = ({ definition }: PreparedRelease): string => definitionId(definition);

/** Of a log line's length. */
function listOf(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).join(', ');
  return ids.length > 10 ? `${shown} and ${ids.length - 10} more` : shown;
}

/** A process may have ended after it deployed something newer, and before it remembered that. */
async function isOutdated({ states, followed }: Keeping, { definition, digest, checkout }: PreparedRelease) {
  const state = (await states.read(definition.namespace, definition.releaseName))?.state;
  const { deployed, quarantine } = state ?? {};
  const commit = checkout.commit?.id;
  if (deployed?.commit === undefined || commit === undefined || deployed.commit === commit) return false;
  if (deployed.digest === digest || quarantine?.digest === digest) return false;
  return definition.origin.elsewhere !== undefined || (await followed.isBefore(commit, deployed.commit));
}
