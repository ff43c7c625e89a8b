/** Fills in what Kubernetes fills into an object of this type when it reads it. Changes the object in place. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import {
  admissionBindingDefaults,
  admissionPolicyDefaults,
  apiServiceDefaults,
  autoscalerDefaults,
  bindingDefaults,
  certificateRequestDefaults,
  csiDriverDefaults,
  customResourceDefinitionDefaults,
  limitRangeDefaults,
  namespaceDefaults,
  persistentVolumeDefaults,
  secretDefaults,
  storageClassDefaults,
  webhookDefaults,
} from './config-defaults.ts';
import { podDefaults, podSpecDefaults } from './pod-defaults.ts';
import {
  endpointSliceDefaults,
  endpointsDefaults,
  ingressDefaults,
  networkPolicyDefaults,
  serviceDefaults,
} from './service-defaults.ts';
import { objectAt, setDefault } from './set-default.ts';
import {
  claimDefaults,
  cronJobDefaults,
  daemonSetDefaults,
  deploymentDefaults,
  jobDefaults,
  replicaSetDefaults,
  replicationControllerDefaults,
  statefulSetDefaults,
} from './workload-defaults.ts';

type Defaulter = (object: JsonObject) => void;

const defaulters: Readonly<Record<string, Defaulter>> = {
  pods: (pod) => {
    podDefaults(pod);
    const spec = objectAt(pod, 'spec');
    if (spec !== undefined) podSpecDefaults(spec);
  },
  podtemplates: (object) => {
    const spec = objectAt(objectAt(object, 'template'), 'spec');
    if (spec !== undefined) podSpecDefaults(spec);
  },
  'deployments.apps': deploymentDefaults,
  'statefulsets.apps': statefulSetDefaults,
  'daemonsets.apps': daemonSetDefaults,
  'replicasets.apps': replicaSetDefaults,
  replicationcontrollers: replicationControllerDefaults,
  'jobs.batch': jobDefaults,
  'cronjobs.batch': cronJobDefaults,
  services: serviceDefaults,
  endpoints: endpointsDefaults,
  'endpointslices.discovery.k8s.io': endpointSliceDefaults,
  'networkpolicies.networking.k8s.io': networkPolicyDefaults,
  'ingresses.networking.k8s.io': ingressDefaults,
  secrets: secretDefaults,
  namespaces: namespaceDefaults,
  limitranges: limitRangeDefaults,
  persistentvolumes: persistentVolumeDefaults,
  persistentvolumeclaims: claimDefaults,
  'storageclasses.storage.k8s.io': storageClassDefaults,
  'csidrivers.storage.k8s.io': csiDriverDefaults,
  'rolebindings.rbac.authorization.k8s.io': bindingDefaults,
  'clusterrolebindings.rbac.authorization.k8s.io': bindingDefaults,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookDefaults,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookDefaults,
  'validatingadmissionpolicies.admissionregistration.k8s.io': admissionPolicyDefaults,
  'mutatingadmissionpolicies.admissionregistration.k8s.io': admissionPolicyDefaults,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': admissionBindingDefaults,
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': admissionBindingDefaults,
  'apiservices.apiregistration.k8s.io': apiServiceDefaults,
  'customresourcedefinitions.apiextensions.k8s.io': customResourceDefinitionDefaults,
  'horizontalpodautoscalers.autoscaling': autoscalerDefaults,
  'certificatesigningrequests.certificates.k8s.io': certificateRequestDefaults,
  'priorityclasses.scheduling.k8s.io': (object) => setDefault(object, 'preemptionPolicy', 'PreemptLowerPriority'),
};

export function applyDefaults(type: ResourceType, object: KubernetesObject): void {
  if (type.custom) return;
  defaulters[type.name]?.(object as unknown as JsonObject);
}
