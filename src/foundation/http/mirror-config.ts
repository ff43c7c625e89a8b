/** Servers that are asked before another, as configured. */

export interface MirrorConfig {
  /** The beginning of URLs, `https://…` or `http://…`, without a slash at its end; or a whole registry: `oci://HOST`. */
  readonly url: string;
  /** What stands in its place, in the order in which they are asked; of a registry `oci://HOST/PATH`. */
  readonly to: readonly string[];
}
