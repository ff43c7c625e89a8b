/** A chart in memory, its dependencies resolved: what `resolveChart` returns. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { GoMap } from '../../foundation/template/value.ts';

export interface Chart {
  readonly metadata: ChartMetadata;
  /** Chart.lock (or requirements.lock) as Helm's record keeps it. */
  readonly lock: JsonObject | undefined;
  readonly templates: readonly ChartFile[];
  /** Everything else, `crds/` included, in the order Helm loads them. */
  readonly files: readonly ChartFile[];
  /** values.yaml as read; shared, so never mutated. */
  readonly values: GoMap;
  /** Its text, and how people find it: `charts/shop/charts/database/values.yaml`. No part of the content. */
  readonly valuesFile?: { readonly path: string; readonly data: Uint8Array } | undefined;
  /** values.schema.json, as it is. */
  readonly schema: Uint8Array | undefined;
  readonly dependencies: readonly Chart[];
  /** `sha256:…` over everything above, dependencies included; equal content gives an equal digest wherever it lies. */
  readonly digest: string;
}

/** `name` is relative to the chart's folder, with `/`. */
export interface ChartFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** Milliseconds since 1970: for an archive, no part of the content. */
  readonly modified?: number | undefined;
}

/** Chart.yaml as Helm reads it: scalars coerced to strings, unknown keys dropped. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly appVersion?: string;
  readonly type?: string;
  readonly kubeVersion?: string;
  readonly description?: string;
  readonly home?: string;
  readonly icon?: string;
  readonly condition?: string;
  readonly tags?: string;
  readonly deprecated?: boolean;
  readonly keywords?: readonly string[];
  readonly sources?: readonly string[];
  readonly maintainers?: readonly { readonly name?: string; readonly email?: string; readonly url?: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly ChartDependency[];
}

export interface ChartDependency {
  readonly name: string;
  readonly version?: string;
  readonly repository?: string;
  readonly condition?: string;
  readonly tags?: readonly string[];
  readonly enabled?: boolean;
  readonly 'import-values'?: readonly unknown[];
  readonly alias?: string;
}
