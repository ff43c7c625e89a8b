/** A ReplicaSet, or a ReplicationController, is ready when all its replicas are available and none is too many. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import {
  conditionsOf,
  counted,
  progressing,
  ready,
  replicasOf,
  shortfall,
  unobserved,
  type Verdict,
} from './verdict.ts';

export function replicaSetReadiness(object: KubernetesObject): Verdict {
  const unseen = unobserved(object);
  if (unseen) return unseen;
  const refused = conditionsOf(object).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (refused) return progressing('ReplicaFailure', refused.message);
  const wanted = replicasOf(object);
  const replicas = counted(object, 'replicas');
  const short = shortfall([
    ['Replicas', replicas, wanted],
    ['Available', counted(object, 'availableReplicas'), wanted],
    ['Ready', counted(object, 'readyReplicas'), wanted],
  ]);
  if (short) return short;
  return replicas > wanted
    ? progressing('ExtraPods', `${replicas - wanted} pods still terminate`)
    : ready(`${wanted} replicas`);
}
