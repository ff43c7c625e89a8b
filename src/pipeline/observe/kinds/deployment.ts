/** A Deployment is ready when all replicas run the new template, are available, and no old pod is left. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import {
  conditionsOf,
  counted,
  failed,
  progressing,
  read,
  readNumber,
  ready,
  replicasOf,
  shortfall,
  unobserved,
  type Verdict,
} from './verdict.ts';

/** What the controller takes for "no deadline"; it sets no Progressing condition then. */
const noDeadline = 2_147_483_647;

export function deploymentReadiness(object: KubernetesObject): Verdict {
  // Helm's watcher leaves paused ones out: nothing will roll out.
  if (read(object, 'spec', 'paused') === true) return ready('paused', 'Paused');
  const conditions = conditionsOf(object);
  const late = conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (late) return failed('ProgressDeadlineExceeded', late.message || 'the progress deadline is exceeded');
  const unseen = unobserved(object);
  if (unseen) return unseen;
  const wanted = replicasOf(object);
  const replicas = counted(object, 'replicas');
  const updated = counted(object, 'updatedReplicas');
  const short = shortfall([
    ['Replicas', replicas, wanted],
    ['Updated', updated, wanted],
  ]);
  if (short) return short;
  if (replicas > wanted) return progressing('ExtraPods', `${replicas - wanted} old pods still terminate`);
  const unready = shortfall([
    ['Available', counted(object, 'availableReplicas'), updated],
    ['Ready', counted(object, 'readyReplicas'), wanted],
  ]);
  if (unready) return unready;
  const deadline = readNumber(object, 'spec', 'progressDeadlineSeconds') ?? noDeadline;
  const rolledOut = conditions.some(
    ({ type, status, reason }) => type === 'Progressing' && status === 'True' && reason === 'NewReplicaSetAvailable',
  );
  if (deadline !== noDeadline && !rolledOut)
    return progressing('ReplicaSetNotAvailable', 'the new ReplicaSet is not available yet');
  if (!conditions.some(({ type, status }) => type === 'Available' && status === 'True'))
    return progressing('NotAvailable', 'it is not available yet');
  return ready(`${wanted} replicas`);
}
