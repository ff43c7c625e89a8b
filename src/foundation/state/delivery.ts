/** A change of what a release is made from, and how it went: what frequency, lead time and failures are counted by. */

/** Times are RFC 3339. */
export interface Delivery {
  readonly digest: string;
  /** What of it is promoted, `image.tag=v2`; undefined where nothing is. */
  readonly version?: string;
  /** The environments that its version came from, as the definition had it. */
  readonly from?: readonly string[];
  /** What git said: a commit, or a local folder's revision. */
  readonly revision: string;
  /** When that was committed. */
  readonly committed?: string;
  /** When it ran and was ready; undefined: it never was. */
  readonly at?: string;
  /** When it failed, turned bad in its soak, or was taken back by a person. */
  readonly failed?: string;
  /** When something that is not bad ran again. */
  readonly restored?: string;
}
