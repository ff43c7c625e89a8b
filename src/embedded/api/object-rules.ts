/** Rules that differ by resource type: who counts generations, who is created by PUT, who must name a resourceVersion. */
import type { ResourceType } from '../resources/resource-type.ts';

const withGeneration: ReadonlySet<string> = new Set([
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'cronjobs.batch',
  'jobs.batch',
  'pods',
  'podtemplates',
  'replicationcontrollers',
  'endpointslices.discovery.k8s.io',
  'flowschemas.flowcontrol.apiserver.k8s.io',
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  'ingressclasses.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'priorityclasses.scheduling.k8s.io',
  'deviceclasses.resource.k8s.io',
  'resourceslices.resource.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
]);

const createdByUpdate: ReadonlySet<string> = new Set([
  'leases.coordination.k8s.io',
  'endpoints',
  'events',
  'limitranges',
  'services',
  'runtimeclasses.node.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
]);

const conditionalUpdate: ReadonlySet<string> = new Set([
  'runtimeclasses.node.k8s.io',
  'poddisruptionbudgets.policy',
  'csidrivers.storage.k8s.io',
  'csistoragecapacities.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'csinodes.storage.k8s.io',
  'leases.coordination.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'apiservices.apiregistration.k8s.io',
]);

/** Reviews and the like: answered, never stored. */
const answered: ReadonlySet<string> = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

export function countsGenerations(type: ResourceType): boolean {
  return type.custom || withGeneration.has(type.name);
}

export function isCreatedByUpdate(type: ResourceType): boolean {
  return createdByUpdate.has(type.name);
}

export function needsResourceVersion(type: ResourceType): boolean {
  return type.custom || conditionalUpdate.has(type.name);
}

export function isReview(type: ResourceType): boolean {
  return answered.has(type.group);
}

/** What is not `spec` or `status` but counts for the generation all the same. */
export function generationFields(type: ResourceType): readonly string[] {
  if (type.name.endsWith('webhookconfigurations.admissionregistration.k8s.io')) return ['webhooks'];
  if (type.name === 'endpointslices.discovery.k8s.io') return ['endpoints', 'ports', 'addressType'];
  if (type.name === 'podtemplates') return ['template'];
  if (type.name === 'priorityclasses.scheduling.k8s.io')
    return ['value', 'globalDefault', 'description', 'preemptionPolicy'];
  return ['spec'];
}
