/** A StatefulSet is ready when all replicas are ready and all above the partition run the new revision. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import {
  counted,
  progressing,
  readNumber,
  readText,
  ready,
  replicasOf,
  shortfall,
  unobserved,
  type Verdict,
} from './verdict.ts';

export function statefulSetReadiness(object: KubernetesObject): Verdict {
  if (readText(object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    return ready('pods are updated by hand', 'OnDelete');
  const unseen = unobserved(object);
  if (unseen) return unseen;
  const wanted = replicasOf(object);
  const replicas = counted(object, 'replicas');
  const short = shortfall([
    ['Replicas', replicas, wanted],
    ['Ready', counted(object, 'readyReplicas'), wanted],
  ]);
  if (short) return short;
  if (replicas > wanted) return progressing('ExtraPods', `${replicas - wanted} pods still terminate`);
  const partition = readNumber(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const updated = counted(object, 'updatedReplicas');
  const current = readText(object, 'status', 'currentRevision');
  const update = readText(object, 'status', 'updateRevision');
  if (updated < wanted - partition) return progressing('LessUpdated', `updated ${updated}/${wanted - partition}`);
  // Once a rollout is complete the controller makes the two equal.
  if (partition === 0 && current !== update) return progressing('LessUpdated', `updated ${updated}/${wanted}`);
  return ready(`${wanted} replicas`);
}
