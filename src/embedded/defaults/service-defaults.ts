/** Defaults of Services, Endpoints, EndpointSlices, Ingresses and NetworkPolicies. Each changes its object in place. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { ensureObject, objectAt, objectsAt, setDefault } from './set-default.ts';

export function serviceDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  setDefault(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const client = ensureObject(ensureObject(spec, 'sessionAffinityConfig'), 'clientIP');
    setDefault(client, 'timeoutSeconds', 10_800);
  }
  setDefault(spec, 'type', 'ClusterIP');
  for (const port of objectsAt(spec, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '')
      port.targetPort = port.port ?? 0;
  }
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (external) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec.type !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (spec.type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
}

export function endpointsDefaults(object: JsonObject): void {
  for (const subset of objectsAt(object, 'subsets'))
    for (const port of objectsAt(subset, 'ports')) setDefault(port, 'protocol', 'TCP');
}

export function endpointSliceDefaults(object: JsonObject): void {
  for (const port of objectsAt(object, 'ports')) {
    if (port.name === undefined || port.name === null) port.name = '';
    setDefault(port, 'protocol', 'TCP');
  }
}

export function networkPolicyDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  if (!Array.isArray(spec.policyTypes) || spec.policyTypes.length === 0) {
    spec.policyTypes =
      objectsAt(spec, 'egress').length > 0 || Array.isArray(spec.egress) ? ['Ingress', 'Egress'] : ['Ingress'];
  }
  for (const direction of ['ingress', 'egress'])
    for (const rule of objectsAt(spec, direction))
      for (const port of objectsAt(rule, 'ports')) setDefault(port, 'protocol', 'TCP');
}

export function ingressDefaults(object: JsonObject): void {
  const spec = ensureObject(object, 'spec');
  for (const rule of objectsAt(spec, 'rules'))
    for (const path of objectsAt(objectAt(rule, 'http'), 'paths')) if (path.pathType === '') delete path.pathType;
}
