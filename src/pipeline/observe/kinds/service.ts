/** A Service is ready when it has its address; as kstatus, a load balancer's external one is not waited for. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { progressing, readText, ready, type Verdict } from './verdict.ts';

export function serviceReadiness(object: KubernetesObject): Verdict {
  if (readText(object, 'spec', 'type') === 'LoadBalancer' && !readText(object, 'spec', 'clusterIP'))
    return progressing('NoAddress', 'it has no cluster IP yet');
  return ready('it has its address');
}
