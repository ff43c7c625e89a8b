/** A DaemonSet is ready when each node that should run it has an available pod of the new template. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { counted, progressing, readNumber, readText, ready, shortfall, unobserved, type Verdict } from './verdict.ts';

export function daemonSetReadiness(object: KubernetesObject): Verdict {
  const unseen = unobserved(object);
  if (unseen) return unseen;
  const wanted = readNumber(object, 'status', 'desiredNumberScheduled');
  if (wanted === undefined) return progressing('NotObserved', 'its controller has not counted the nodes yet');
  // With OnDelete nothing replaces old pods; they only have to be well.
  const byHand = readText(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const short = shortfall([
    ['Scheduled', counted(object, 'currentNumberScheduled'), wanted],
    ['Updated', byHand ? wanted : counted(object, 'updatedNumberScheduled'), wanted],
    ['Available', counted(object, 'numberAvailable'), wanted],
    ['Ready', counted(object, 'numberReady'), wanted],
  ]);
  return short ?? ready(`${wanted} pods`);
}
