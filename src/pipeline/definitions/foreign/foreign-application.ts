/**
 * What a definition of another tool comes to: the seam between its translation and our own reading. Everything in it is
 * literal: `{{app}}` and its like are ours and never looked for in another tool's texts.
 */
import type { Place } from '../../../foundation/base/errors.ts';
import type { Problem } from '../../../foundation/base/problem.ts';
import type { ForeignObject } from '../foreign-object.ts';
import type { ChartReference, ReleaseDefinition, ValueSource } from '../release-definition.ts';

export interface ForeignApplication {
  /** The object that the other tool itself would act on. */
  readonly object: ForeignObject;
  readonly destination: ForeignDestination;
  readonly releaseName: PlacedText;
  /** Where Helm's records lie; undefined: beside the release. */
  readonly storageNamespace?: PlacedText;
  readonly createNamespace: ReleaseDefinition['createNamespace'];
  readonly serviceAccount?: ReleaseDefinition['serviceAccount'];
  /** Which chart and which values. Throws a user's error. */
  readonly locate: (around: ForeignSurroundings) => ForeignInputs;
  /** The folder of plain manifests that it names, where that lies beside the definition: it may hold more of them. */
  readonly folder?: (own: OwnRepository) => PlainFolder | undefined;
  /** What is not honoured, or otherwise than the tool does, each thing once. */
  readonly notices: readonly Problem[];
}

export interface PlainFolder {
  readonly path: string;
  readonly recurse: boolean;
}

export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/** As written: a cluster is named, or told by the URL of its server. */
export interface ForeignDestination {
  readonly cluster: PlacedText & { readonly by: 'name' | 'server' };
  readonly namespace: PlacedText;
}

/** What a chart that lies beside its definition is known by. */
export interface ForeignSurroundings {
  readonly own: OwnRepository;
}

/** The repository that holds the definition. */
export interface OwnRepository {
  /** Its URL and whatever else it is known by; empty: nobody names it. */
  readonly urls: readonly string[];
  /** As configured; undefined: the remote's HEAD. */
  readonly revision: string | undefined;
  /** Nothing that it defines is written to. */
  readonly mode?: 'observe' | undefined;
  /** The commit that is read; undefined outside git. */
  readonly commit: string | undefined;
}

export interface ForeignInputs {
  readonly chart: ChartReference;
  /** Of every source, as written. */
  readonly repositories: readonly string[];
  /** Lowest first. */
  readonly values: readonly ValueSource[];
  /** Files in the chart's folder that say more of it. */
  readonly overrides?: SourceOverrides;
}

export interface SourceOverrides {
  /** Those that are there count, in this order. */
  readonly names: readonly string[];
  /** Throws a user's error. */
  readonly apply: (texts: readonly OverrideText[]) => {
    readonly inputs: Pick<ForeignInputs, 'chart' | 'values'>;
    readonly skipCrds: boolean;
    readonly notices: readonly Problem[];
  };
}

export interface OverrideText {
  /** As people find it. */
  readonly file: string;
  readonly text: string;
}
