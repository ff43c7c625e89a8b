/** What the pipeline's root files are given from outside: one cluster's ports, the clock, and where events go. */
import type { Problem } from '../foundation/base/problem.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { ReleaseFields } from '../foundation/events/event.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { ReleaseHistory } from '../foundation/history/release-record.ts';
import type { SecretMask } from '../foundation/secrets/secret-mask.ts';
import type { ReleaseState, StoredState } from '../foundation/state/release-state.ts';
import type { Freeze } from '../foundation/state/shared-state.ts';
import type { GoMap } from '../foundation/template/value.ts';
import type { Creations } from './apply/create-once.ts';
import type { Chart } from './chart/chart.ts';
import type { ChartSources } from './chart/chart-sources.ts';
import type { ChartPins } from './chart/pin-sources.ts';
import type { ObjectSource, ReleaseDefinition } from './definitions/release-definition.ts';
import type { ReleaseWatches } from './observe/observed-objects.ts';
import type { LiveKnowledge } from './plan/live-knowledge.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import type { Checkout } from './source/checkout.ts';
import type { ValueLayer } from './values/merge-values.ts';

export interface ReleaseContext {
  readonly client: ClusterClient;
  /** `namespace`: where the records lie (records-namespace.ts). `client`: on whose behalf they are read and written. */
  readonly history: (namespace: string, name: string, client?: ClusterClient) => ReleaseHistory;
  /** Set where `client` acts for somebody (act-for.ts): the daemon itself. */
  readonly own?: ClusterClient;
  readonly states: ReleaseStates;
  readonly render: RenderRelease;
  /** What watches know; without it everything is read. */
  readonly live?: LiveKnowledge;
  readonly watches?: ReleaseWatches;
  /** Who made which object of this cluster, where several releases are worked on at once. */
  readonly creations?: Creations;
  readonly emit: Emit;
  /** Told what the release's Secrets hold; takes it out of what Helm's record says to people. */
  readonly mask?: Pick<SecretMask, 'add' | 'text'> | undefined;
  readonly now: () => Date;
  /** This installation's id in this cluster. */
  readonly installation: string;
  /** Where its state is: on each record of ours, so that another installation's are known (installation-label.ts). */
  readonly stateNamespace: string;
  /** Who keeps an environment as it is; rollbacks alone go on there. */
  readonly freezeOf?: (environment: string) => Freeze | undefined;
  /** Helm's revisions that its group may go back to. */
  readonly keptVersions?: (definition: ReleaseDefinition) => readonly number[];
  readonly compat: 'helm3' | 'helm4';
  /** How many revisions Helm's history keeps. */
  readonly historyLimit: number;
  /** The process stops: what is under way is left for the next start. */
  readonly signal: AbortSignal;
}

export interface ReleaseStates {
  read(namespace: string, release: string): Promise<StoredState | undefined>;
  /** Reads, changes and writes under a precondition; begins again when somebody was faster. */
  change(
    namespace: string,
    release: string,
    change: (state: ReleaseState | undefined) => ReleaseState | undefined,
  ): Promise<void>;
  /** The release is gone for good. */
  remove(namespace: string, release: string): Promise<void>;
}

/** A release with its inputs resolved and their digest: what reconciling starts from. */
export interface PreparedRelease {
  readonly op: string;
  readonly definition: ReleaseDefinition;
  readonly checkout: Checkout;
  readonly chart: Chart;
  /** What of it lay elsewhere, and what was fetched. */
  readonly pins: ChartPins;
  readonly aliases?: ChartSources['aliases'];
  readonly values: GoMap;
  /** Where the values come from, lowest first. */
  readonly layers: readonly ValueLayer[];
  /** Secrets and ConfigMaps that were left out, for want of a cluster. */
  readonly unread?: readonly ObjectSource[];
  readonly digest: string;
  /** What of another tool's is not honoured in the chart, or in files beside it. */
  readonly notices?: readonly Problem[];
}

export interface RenderQuestion {
  readonly prepared: PreparedRelease;
  readonly client: ClusterClient;
  readonly revision: number;
  readonly isInstall: boolean;
  readonly signal: AbortSignal;
}

export type RenderRelease = (question: RenderQuestion) => Promise<RenderedRelease>;

export function releaseFields({ op, definition }: Pick<PreparedRelease, 'op' | 'definition'>): ReleaseFields {
  const { app, environment, cluster, namespace, releaseName } = definition;
  return { op, app, environment, cluster, namespace, release: releaseName };
}
