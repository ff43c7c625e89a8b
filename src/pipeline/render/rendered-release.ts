/** What a chart renders to: the output of `renderChart`. */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';

export interface RenderedRelease {
  /** Helm's manifest: `---\n# Source: …` documents in install order, hooks and `crds/` left out. Stored as it is. */
  readonly manifest: string;
  readonly hooks: readonly Hook[];
  readonly notes: string;
  /** Files of `crds/`: the chart's own, then its dependencies'. */
  readonly crds: readonly CrdFile[];
  /** What Helm stores of the chart instead of what its files say. Made when it is first read. */
  readonly processed: ProcessedChart;
  readonly answers: EnvironmentAnswers;
  /** True when a random or time function was called: two renders may differ without any input having changed. */
  readonly unstable: boolean;
}

/** What is left of a chart's own Chart.yaml and values.yaml once its dependencies are processed. */
export interface ProcessedChart {
  /** With imported values and, where dependencies are named, those of every enabled one; null: there are none. */
  readonly values: JsonObject | null;
  /** The enabled ones, by their aliases; undefined where none is left. */
  readonly dependencies: Json[] | undefined;
}

export interface CrdFile {
  /** `shop/crds/widget.yaml` */
  readonly name: string;
  readonly text: string;
}

export interface Hook {
  readonly name: string;
  readonly kind: string;
  /** `shop/templates/migrate.yaml` */
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly HookEvent[];
  readonly weight: number;
  readonly deletePolicies: readonly HookDeletePolicy[];
  readonly outputLogPolicies: readonly string[];
}

export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'pre-delete'
  | 'post-delete'
  | 'test';

export type HookDeletePolicy = 'hook-succeeded' | 'hook-failed' | 'before-hook-creation';

/** What this render asked of the cluster and was told; a change of an answer asks for a re-render. */
export interface EnvironmentAnswers {
  /** Undefined when the render did not ask. */
  readonly kubeVersion: string | undefined;
  /** `.Capabilities.APIVersions.Has X` → answer */
  readonly apiVersions: Readonly<Record<string, boolean>>;
  /** The digest of all API versions, where a template looked at the list as a whole: ranged over it, printed it. */
  readonly apiVersionList?: string;
}

export interface Capabilities {
  /** `v1.36.1` */
  readonly kubeVersion: string;
  /** `v1.33.4` where Helm strips the vendor's suffix for constraints: with `--kube-version`. Default: as above. */
  readonly normalizedKubeVersion?: string | undefined;
  /** `apps/v1`, and from a cluster `apps/v1/Deployment` too. */
  readonly apiVersions: readonly string[];
}
