/**
 * Tells of watches that were lost and came back. While the whole API server is out of reach that is said once, not for
 * every watch.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';

export interface Reach {
  lost(resource: string, error: unknown): void;
  restored(resource: string): void;
}

const outOfReach: ReadonlySet<string> = new Set(['cluster.unreachable', 'cluster.timeout', 'cluster.unavailable']);

export function createReach(cluster: string, emit: Emit): Reach {
  let unreachable = false;
  const told = new Set<string>();
  return {
    lost(resource, thrown) {
      const { code, message, hint } = asHelmGitopsError(thrown);
      if (!outOfReach.has(code)) {
        told.add(resource);
        emit({ event: 'watch.lost', cluster, resource, message });
      } else if (!unreachable) {
        unreachable = true;
        emit({ event: 'cluster.unreachable', cluster, message, ...(hint ? { hint } : {}) });
      }
    },
    restored(resource) {
      if (unreachable) emit({ event: 'cluster.recovered', cluster });
      unreachable = false;
      if (told.delete(resource)) emit({ event: 'watch.restored', cluster, resource });
    },
  };
}
