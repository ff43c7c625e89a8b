/** Field selectors: metadata.name and metadata.namespace of all types, and what Kubernetes supports beside for some. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { ObjectFilter } from './label-selector.ts';
import { badRequest } from './status-error.ts';

const supported: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.events.k8s.io': [
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'reason',
    'reportingController',
    'type',
  ],
  secrets: ['type'],
  namespaces: ['status.phase', 'name'],
  nodes: ['spec.unschedulable'],
  services: ['spec.clusterIP', 'spec.type'],
  'replicasets.apps': ['status.replicas'],
  replicationcontrollers: ['status.replicas'],
  'jobs.batch': ['status.successful'],
  'certificatesigningrequests.certificates.k8s.io': ['spec.signerName'],
};

interface Term {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

/** `metadata.name=x` alone is told apart, because it names one object. */
export interface FieldSelector {
  readonly filter: ObjectFilter;
  readonly name: string | undefined;
}

export function parseFieldSelector(text: string, type: ResourceType): FieldSelector | undefined {
  if (text.trim() === '') return undefined;
  const terms = text.split(',').map((part) => parseTerm(part.trim(), type));
  return {
    filter: (object) => terms.every(({ field, value, equal }) => (fieldValue(object, field) === value) === equal),
    name: terms.find(({ field, equal }) => field === 'metadata.name' && equal)?.value,
  };
}

function parseTerm(text: string, type: ResourceType): Term {
  const match = /^([^=!]+)(==|!=|=)(.*)$/.exec(text);
  if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
  const [, field = '', operator, value = ''] = match;
  const known =
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && type.namespaced) ||
    (supported[type.name] ?? []).includes(field);
  if (!known) throw badRequest(type.custom ? `field label not supported: ${field}` : unsupportedLabel(type, field));
  return { field, value: value.replace(/\\([\\,=])/g, '$1'), equal: operator !== '!=' };
}

function unsupportedLabel(type: ResourceType, field: string): string {
  return supported[type.name] === undefined
    ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${field}`;
}

function fieldValue(object: KubernetesObject, field: string): string {
  if (field === 'name') return object.metadata.name ?? '';
  if (field === 'source') return String((object.source as { component?: string } | undefined)?.component ?? '');
  let value: unknown = object;
  for (const part of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return field === 'spec.hostNetwork' || field === 'spec.unschedulable' ? 'false' : '';
    value = (value as Record<string, unknown>)[part];
  }
  return String(value ?? '');
}
