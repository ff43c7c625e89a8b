/**
 * Tells whether a cluster can be worked with: once when it cannot, once when it can again, and of single watches that
 * were lost and came back. It outlives the sessions in the cluster.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import { isOutOfReach } from '../foundation/cluster/cluster-error.ts';
import type { Emit } from '../foundation/events/event-bus.ts';

export interface Reach {
  /** `apps/v1/Deployment`, or words of ours for what the daemon itself keeps. */
  lost(resource: string, error: unknown): void;
  restored(resource: string): void;
  /** Nothing can be done in the cluster; nothing more is told until `back`. */
  out(error: unknown): void;
  back(): void;
}

const silent: ReadonlySet<string> = new Set(['cluster.timeout', 'cluster.unavailable']);

export function createReach(cluster: string, emit: Emit): Reach {
  let unreachable = false;
  const told = new Set<string>();
  const out = (thrown: unknown) => {
    if (unreachable) return;
    unreachable = true;
    const { message, hint } = asHelmGitopsError(thrown);
    emit({ event: 'cluster.unreachable', cluster, message, ...(hint ? { hint } : {}) });
  };
  const back = () => {
    if (unreachable) emit({ event: 'cluster.recovered', cluster });
    unreachable = false;
  };
  return {
    out,
    back,
    lost(resource, thrown) {
      const { code, message, hint } = asHelmGitopsError(thrown);
      if (isOutOfReach(thrown) || (silent.has(code) && !isAggregated(resource))) return out(thrown);
      if (unreachable || told.has(resource)) return;
      told.add(resource);
      emit({ event: 'watch.lost', cluster, resource, message, ...(hint ? { hint } : {}) });
    },
    restored(resource) {
      back();
      if (told.delete(resource)) emit({ event: 'watch.restored', cluster, resource });
    },
  };
}

/** An API of its own server may be out of service alone: its group is a domain, and none of Kubernetes' own. */
function isAggregated(resource: string): boolean {
  const group = /^([^/ ]*\.[^/ ]*)\//.exec(resource)?.[1];
  return group !== undefined && (!group.endsWith('.k8s.io') || group.endsWith('metrics.k8s.io'));
}
