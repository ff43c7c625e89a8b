/**
 * Tells whether a cluster can be worked with: once when it cannot, once when it can again, and of single watches that
 * were lost and came back. What is back within moments is not worth a line. It outlives the sessions in the cluster.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { isOutOfReach } from '../../foundation/cluster/cluster-error.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';

export interface Reach {
  /** `apps/v1/Deployment`, or words of ours for what the daemon itself keeps. */
  lost(resource: string, error: unknown): void;
  restored(resource: string): void;
  /** Nothing can be done in the cluster; nothing more is told until `back`. */
  out(error: unknown): void;
  back(): void;
}

const silent: ReadonlySet<string> = new Set(['cluster.timeout', 'cluster.unavailable']);
/** The next try may succeed. */
const passing: ReadonlySet<string> = new Set([
  ...silent,
  'cluster.unreachable',
  'cluster.server-error',
  'cluster.too-many-requests',
  'cluster.protocol',
]);
/** Milliseconds that such a loss may last untold. */
const grace = 5_000;

export function createReach(cluster: string, emit: Emit): Reach {
  let unreachable = false;
  const told = new Set<string>();
  const due = new Map<string, NodeJS.Timeout>();
  const cancel = (resource: string) => {
    clearTimeout(due.get(resource));
    due.delete(resource);
  };
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
  const tell = (resource: string, thrown: unknown) => {
    const { code, message, hint } = asHelmGitopsError(thrown);
    due.delete(resource);
    if (isOutOfReach(thrown) || (silent.has(code) && !isAggregated(resource))) return out(thrown);
    if (unreachable || told.has(resource)) return;
    told.add(resource);
    emit({ event: 'watch.lost', cluster, resource, message, ...(hint ? { hint } : {}) });
  };
  return {
    out,
    back,
    lost(resource, thrown) {
      cancel(resource);
      if (!passing.has(asHelmGitopsError(thrown).code)) return tell(resource, thrown);
      due.set(resource, setTimeout(() => tell(resource, thrown), grace).unref());
    },
    restored(resource) {
      cancel(resource);
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
