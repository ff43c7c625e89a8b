/** A CustomResourceDefinition is ready when its API is served; names that are taken are a failure. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { conditionsOf, failed, progressing, ready, type Verdict } from './verdict.ts';

export function customResourceDefinitionReadiness(object: KubernetesObject): Verdict {
  const conditions = conditionsOf(object);
  const rejected = conditions.find(({ type, status }) => type === 'NamesAccepted' && status === 'False');
  if (rejected) return failed(rejected.reason || 'NamesNotAccepted', rejected.message);
  const established = conditions.find(({ type }) => type === 'Established');
  if (established?.status === 'True') return ready('it is established', 'Established');
  if (established?.status === 'False' && established.reason !== 'Installing')
    return failed(established.reason || 'NotEstablished', established.message);
  return progressing('Installing', 'its API is not served yet');
}
