/** What a release loop remembers of each release, and what its parts share. */
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { HttpClient } from '../../foundation/http/http-client.ts';
import type { BegunVersion } from '../../pipeline/begin-revision.ts';
import type { PreparedRelease, ReleaseContext } from '../../pipeline/context.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { Bystander } from '../../pipeline/observe/find-outside-trouble.ts';
import type { Readiness } from '../../pipeline/observe/readiness.ts';
import type { ReleaseDrifts } from '../drift/release-drift.ts';
import type { Hold } from '../holds.ts';
import type { ReadModel } from '../read-model.ts';
import type { GroupStore } from '../rollback/group-store.ts';
import type { Slot, WorkQueue } from '../work-queue.ts';
import type { Soak } from './soak.ts';

/** What the releases of one cluster have to know of those of all. */
export interface Across {
  /** Defined, and not prepared yet. */
  readonly expected: Map<string, ReleaseDefinition>;
  /** What is wished for in other clusters than this. */
  elsewhere(cluster: string): IteratorObject<PreparedRelease>;
  /** Something was done to the release: what waits for it is looked at, wherever it is. */
  wake(id: string): void;
}

export interface ReleaseLoopOptions {
  readonly context: ReleaseContext;
  readonly queue: WorkQueue;
  readonly model: ReadModel;
  readonly emit: Emit;
  readonly drifts: ReleaseDrifts;
  readonly groups: GroupStore;
  readonly across: Across;
  /** For health checks. */
  readonly http: Pick<HttpClient, 'request'>;
  /** What has to be decided first. */
  readonly holdOf: (prepared: PreparedRelease) => Promise<Hold | undefined>;
  /** For the next start: see `LiveView.marks`. */
  readonly marks: (id: string) => Readonly<Record<string, string>>;
  /** What is watched of the releases that stand, as it is live. */
  readonly workloads: () => readonly Bystander[];
  /** A revision stands: its objects are to be watched. */
  readonly onStanding: (prepared: PreparedRelease, version: number, fresh: boolean) => Promise<void>;
}

export interface Entry {
  prepared: PreparedRelease;
  requested: boolean;
  /** `begun`: the revision that is being made, once its record is written. */
  running: { digest: string; superseded: AbortController; begun?: BegunVersion } | undefined;
  attempts: { digest: string; count: number };
  told: string | undefined;
  /** Releases that something was done to while it is found out what this one waits for. */
  meanwhile: Set<string> | undefined;
  waitsFor: string | undefined;
  soak: Soak | undefined;
  /** The failed revision whose rollback waits. */
  holding?: number | undefined;
  /** When one that is only observed is looked at again. */
  observing?: NodeJS.Timeout;
  /** What people asked to be done to it, before it is looked at again. */
  readonly actions: ((slot: Slot) => Promise<void>)[];
}

export const newEntry = (prepared: PreparedRelease, requested: boolean): Entry => ({
  prepared,
  requested,
  running: undefined,
  attempts: { digest: '', count: 0 },
  told: undefined,
  meanwhile: undefined,
  waitsFor: undefined,
  soak: undefined,
  actions: [],
});

export type Loop = ReleaseLoopOptions & {
  entries: Map<string, Entry>;
  /** What is being done, by `NAMESPACE/RELEASE`. */
  working: Map<string, { superseded: AbortController; ended: Promise<void> }>;
  readonly enqueue: (id: string) => void;
  /** Health turned bad in its soak, which ends with that. */
  readonly leaveSoak: (entry: Entry, bad: { readonly soak: Soak; readonly readiness: Readiness }) => void;
  /** The other members of its group are looked at again. */
  readonly wakeGroup: (definition: ReleaseDefinition) => void;
};
export type Turn = { slot: Slot; enqueue: (id: string) => void };

/** A standing state is told when it begins, not at every look. */
export function tellOnce(entry: Entry, what: string, tell: () => void): void {
  if (entry.told === what) return;
  entry.told = what;
  tell();
}

/** Milliseconds until what could not be written down is written. */
export const anotherTry = 5_000;

export function lookAgain(
  { entries }: Loop,
  id: string,
  { enqueue, pause = anotherTry }: Pick<Turn, 'enqueue'> & { pause?: number },
): void {
  setTimeout(() => entries.has(id) && enqueue(id), pause).unref();
}
