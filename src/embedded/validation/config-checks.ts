/** Rules of Services, Ingresses, configuration, claims, access and definitions. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { dnsLabel, dnsSubdomain, labelMessage, subdomainMessage } from './check-metadata.ts';
import { checkDefinition } from './definition-checks.ts';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from './field-error.ts';
import { checkPort } from './pod-checks.ts';

function checkService(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  const ports = objectsAt(spec, 'ports');
  const errors: FieldError[] = [];
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  if (spec.type === 'ExternalName' && !spec.externalName) errors.push(required('spec.externalName'));
  const names = new Set<unknown>();
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    errors.push(...checkServicePort(port, { path, several: ports.length > 1, type: String(spec.type) }));
    if (port.name && names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
    const number = `${String(port.protocol)}/${String(port.port)}`;
    if (numbers.has(number)) errors.push(duplicate(path, goPort(port)));
    numbers.add(number);
  }
  return errors;
}

/** As Go's internal type prints in the message. */
function goPort({ name = '', protocol = '', appProtocol = null, port = 0, nodePort = 0 }: JsonObject): JsonObject {
  return { Name: name, Protocol: protocol, AppProtocol: appProtocol, Port: port, TargetPort: 0, NodePort: nodePort };
}

function checkServicePort(
  port: JsonObject,
  { path, several, type }: { path: string; several: boolean; type: string },
): FieldError[] {
  const errors: FieldError[] = [];
  const { name } = port;
  if (several && (name === undefined || name === '')) errors.push(required(`${path}.name`));
  else if (typeof name === 'string' && name !== '' && !dnsLabel.test(name))
    errors.push(invalidValue(`${path}.name`, name, labelMessage));
  errors.push(...checkPort(port.port ?? 0, `${path}.port`), ...checkPort(port.targetPort, `${path}.targetPort`));
  if (type === 'ClusterIP' && typeof port.nodePort === 'number' && port.nodePort !== 0)
    errors.push(forbiddenField(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
  return errors;
}

function checkIngress(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  const rules = objectsAt(spec, 'rules');
  const errors: FieldError[] = [];
  if (rules.length === 0 && objectAt(spec, 'defaultBackend') === undefined)
    errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'));
  for (const [index, rule] of rules.entries()) {
    const { host } = rule;
    const path = `spec.rules[${index}]`;
    if (typeof host === 'string' && host !== '' && !dnsSubdomain.test(host.replace(/^\*\./, '')))
      errors.push(invalidValue(`${path}.host`, host, subdomainMessage));
    for (const [at, one] of objectsAt(objectAt(rule, 'http'), 'paths').entries()) {
      const text = String(one.path ?? '');
      if (one.pathType !== 'ImplementationSpecific' && one.pathType !== undefined && !text.startsWith('/'))
        errors.push(invalidValue(`${path}.http.paths[${at}].path`, text, 'must be an absolute path'));
    }
  }
  return errors;
}

const configKey = /^[-._a-zA-Z0-9]+$/;
const configKeyMessage =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const mostBytes = 1024 * 1024;

function checkKeys(object: JsonObject, field: string): FieldError[] {
  return Object.keys(objectAt(object, field) ?? {}).flatMap((key) =>
    configKey.test(key) ? [] : [invalidValue(`${field}[${key}]`, key, configKeyMessage)],
  );
}

function totalSize(object: JsonObject, fields: readonly string[]): number {
  const values = fields.flatMap((field) => Object.values(objectAt(object, field) ?? {}));
  return values.reduce<number>((sum, value) => sum + String(value).length, 0);
}

function checkConfigMap(object: JsonObject): FieldError[] {
  const binary = objectAt(object, 'binaryData') ?? {};
  const errors = [...checkKeys(object, 'data'), ...checkKeys(object, 'binaryData')];
  for (const key of Object.keys(objectAt(object, 'data') ?? {})) {
    if (Object.hasOwn(binary, key))
      errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  }
  if (totalSize(object, ['data', 'binaryData']) > mostBytes)
    errors.push({
      type: 'FieldValueTooLong',
      field: '[]',
      message: `Too long: may not be more than ${mostBytes} bytes`,
    });
  return errors;
}

const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

function checkSecret(object: JsonObject): FieldError[] {
  const data = objectAt(object, 'data') ?? {};
  const type = String(object.type);
  const wanted = Object.hasOwn(secretKeys, type) ? (secretKeys[type] ?? []) : [];
  const errors = [
    ...checkKeys(object, 'data'),
    ...wanted.flatMap((key) => (Object.hasOwn(data, key) ? [] : [required(`data[${key}]`)])),
  ];
  // Base64 is a third longer than what it stands for.
  if (totalSize(object, ['data']) * 0.75 > mostBytes)
    errors.push({
      type: 'FieldValueTooLong',
      field: 'data',
      message: `Too long: may not be more than ${mostBytes} bytes`,
    });
  return errors;
}

function checkClaim(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  const errors: FieldError[] = [];
  if (!Array.isArray(spec.accessModes) || spec.accessModes.length === 0)
    errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  if (objectAt(objectAt(spec, 'resources'), 'requests')?.storage === undefined)
    errors.push(required('spec.resources[storage]'));
  return errors;
}

function checkBinding(object: JsonObject): FieldError[] {
  const role = objectAt(object, 'roleRef') ?? {};
  const kinds = object.kind === 'ClusterRoleBinding' ? ['ClusterRole'] : ['Role', 'ClusterRole'];
  const errors = kinds.includes(String(role.kind)) ? [] : [notSupported('roleRef.kind', role.kind ?? '', kinds)];
  for (const [index, subject] of objectsAt(object, 'subjects').entries()) {
    const path = `subjects[${index}]`;
    const known = ['ServiceAccount', 'User', 'Group'];
    if (!known.includes(String(subject.kind))) errors.push(notSupported(`${path}.kind`, subject.kind ?? '', known));
    // A RoleBinding lies in one itself.
    else if (subject.kind === 'ServiceAccount' && !subject.namespace && object.kind === 'ClusterRoleBinding')
      errors.push(required(`${path}.namespace`));
  }
  return errors;
}

function checkRole(object: JsonObject): FieldError[] {
  return objectsAt(object, 'rules').flatMap((rule, index) => {
    const path = `rules[${index}]`;
    const has = (field: string): boolean => Array.isArray(rule[field]) && rule[field].length > 0;
    if (!has('verbs')) return [required(`${path}.verbs`, 'verbs must contain at least one value')];
    if (has('nonResourceURLs'))
      return object.kind === 'Role'
        ? [
            invalidValue(
              `${path}.nonResourceURLs`,
              rule.nonResourceURLs,
              'namespaced rules cannot apply to non-resource URLs',
            ),
          ]
        : [];
    return [
      ...(has('apiGroups') ? [] : [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')]),
      ...(has('resources') ? [] : [required(`${path}.resources`, 'resource rules must supply at least one resource')]),
    ];
  });
}

function checkEvent(object: JsonObject): FieldError[] {
  const { namespace } = (objectAt(object, 'metadata') ?? {}) as { namespace?: string };
  const involved = objectAt(object, 'involvedObject') ?? {};
  const about = String(involved.namespace ?? '');
  if (object.apiVersion === 'v1') {
    if ((about === '' && namespace === 'default') || about === namespace) return [];
    return [invalidValue('involvedObject.namespace', about, 'does not match event.namespace')];
  }
  const errors: FieldError[] = [];
  if (object.eventTime === undefined || object.eventTime === null) errors.push(required('eventTime'));
  if (object.type !== 'Normal' && object.type !== 'Warning')
    errors.push(invalidValue('type', object.type ?? '', `has invalid value: ${String(object.type ?? '')}`));
  return errors;
}

function checkNetworkPolicy(object: JsonObject): FieldError[] {
  const spec = objectAt(object, 'spec') ?? {};
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    objectsAt(spec, direction).flatMap((rule, index) =>
      objectsAt(rule, direction === 'ingress' ? 'from' : 'to').flatMap((peer, at) =>
        Object.keys(peer).length === 0
          ? [
              required(
                `spec.${direction}[${index}].${direction === 'ingress' ? 'from' : 'to'}[${at}]`,
                'must specify a peer',
              ),
            ]
          : [],
      ),
    ),
  );
}

const rbac = 'rbac.authorization.k8s.io';

export const configChecks: Readonly<Record<string, (object: JsonObject) => FieldError[]>> = {
  services: checkService,
  events: checkEvent,
  'events.events.k8s.io': checkEvent,
  'ingresses.networking.k8s.io': checkIngress,
  'networkpolicies.networking.k8s.io': checkNetworkPolicy,
  configmaps: checkConfigMap,
  secrets: checkSecret,
  persistentvolumeclaims: checkClaim,
  [`rolebindings.${rbac}`]: checkBinding,
  [`clusterrolebindings.${rbac}`]: checkBinding,
  [`roles.${rbac}`]: checkRole,
  [`clusterroles.${rbac}`]: checkRole,
  'customresourcedefinitions.apiextensions.k8s.io': checkDefinition,
};
