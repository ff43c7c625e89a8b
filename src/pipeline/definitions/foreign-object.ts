import type { JsonObject } from '../../foundation/manifest/object.ts';

/** An object by which another tool deploys the same; where it lives in the cluster, that tool is at work. */
export interface ForeignObject {
  /** As people know it: `Argo CD`. */
  readonly tool: string;
  readonly apiVersion: string;
  /** Where the cluster does not serve that one. */
  readonly otherVersions?: readonly string[];
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** As git has it, where a condition of a dependency speaks of it. */
  readonly data?: JsonObject;
}
