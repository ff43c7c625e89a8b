/** Rules of a pod's spec, in pods and in templates: containers, ports, probes, mounts, resources. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { quantityNanos } from '../schema/quantity.ts';
import { checkUnique, dnsLabel, labelMessage } from './check-metadata.ts';
import { duplicate, forbiddenField, invalidValue, notFoundField, required } from './field-error.ts';
import { checkEphemeralContainers } from './pod-part-checks.ts';

const portRange = 'must be between 1 and 65535, inclusive';
const environmentName = /^[ -<>-~]+$/;

/** `claims`: names of the volumes that a StatefulSet's claim templates will add. */
export function checkPodSpec(spec: JsonObject, path: string, claims: readonly unknown[] = []): FieldError[] {
  const containers = objectsAt(spec, 'containers');
  const errors: FieldError[] = containers.length === 0 ? [required(`${path}.containers`)] : [];
  const volumes = objectsAt(spec, 'volumes');
  errors.push(
    ...checkUnique(
      volumes.map((volume) => String(volume.name)),
      (index) => `${path}.volumes[${index}].name`,
    ),
  );
  for (const [index, volume] of volumes.entries()) errors.push(...checkVolume(volume, `${path}.volumes[${index}]`));
  const known = new Set([...volumes.map((volume) => volume.name), ...claims]);
  const ephemeral = objectsAt(spec, 'ephemeralContainers').length > 0;
  if (ephemeral && path === 'spec') errors.push(...checkEphemeralContainers(spec, known));
  else if (ephemeral)
    errors.push(forbiddenField(`${path}.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  const seen = new Set<unknown>();
  for (const list of ['initContainers', 'containers']) {
    for (const [index, container] of objectsAt(spec, list).entries()) {
      const field = `${path}.${list}[${index}]`;
      errors.push(...checkContainer(container, field, known));
      if (seen.has(container.name)) errors.push(duplicate(`${field}.name`, container.name));
      if (container.name !== undefined && container.name !== '') seen.add(container.name);
      if (list === 'initContainers' && container.restartPolicy !== 'Always')
        errors.push(...checkPlainInit(container, field));
    }
  }
  return errors;
}

function checkPlainInit(container: JsonObject, field: string): FieldError[] {
  return ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) =>
    objectAt(container, name) === undefined
      ? []
      : [forbiddenField(`${field}.${name}`, `may not be set for init containers without restartPolicy=Always`)],
  );
}

function checkVolume(volume: JsonObject, field: string): FieldError[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  const errors = checkLabelName(volume.name, `${field}.name`);
  if (sources.length > 1)
    errors.push(
      ...sources
        .slice(1)
        .map((source) => forbiddenField(`${field}.${source}`, 'may not specify more than 1 volume type')),
    );
  return errors;
}

function checkLabelName(name: unknown, field: string): FieldError[] {
  if (typeof name !== 'string' || name === '') return [];
  if (name.length > 63) return [invalidValue(field, name, 'must be no more than 63 characters')];
  return dnsLabel.test(name) ? [] : [invalidValue(field, name, labelMessage)];
}

function checkContainer(container: JsonObject, field: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const errors = checkLabelName(container.name, `${field}.name`);
  const { image } = container;
  if (image === undefined || image === '') errors.push(required(`${field}.image`));
  else if (typeof image === 'string' && image.trim() !== image)
    errors.push(invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace'));
  errors.push(
    ...checkPorts(container, field),
    ...checkEnvironment(container, field),
    ...checkMounts(container, field, volumes),
  );
  const lifecycle = objectAt(container, 'lifecycle');
  for (const hook of ['postStart', 'preStop'])
    errors.push(...checkHandler(objectAt(lifecycle, hook), `${field}.lifecycle.${hook}`));
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    errors.push(...checkHandler(objectAt(container, probe), `${field}.${probe}`));
  return [...errors, ...checkResources(objectAt(container, 'resources') ?? {}, `${field}.resources`)];
}

function checkPorts(container: JsonObject, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<unknown>();
  for (const [index, port] of objectsAt(container, 'ports').entries()) {
    const path = `${field}.ports[${index}]`;
    const { name, containerPort } = port;
    if (typeof name === 'string' && name !== '') {
      if (name.length > 15) errors.push(invalidValue(`${path}.name`, name, 'must be no more than 15 characters'));
      if (!/^[a-z0-9-]+$/.test(name))
        errors.push(
          invalidValue(`${path}.name`, name, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'),
        );
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    if (containerPort === 0 || containerPort === undefined) errors.push(required(`${path}.containerPort`));
    else errors.push(...checkPort(containerPort, `${path}.containerPort`));
    if (port.hostPort !== undefined && port.hostPort !== 0)
      errors.push(...checkPort(port.hostPort, `${path}.hostPort`));
  }
  return errors;
}

export function checkPort(port: unknown, field: string): FieldError[] {
  return typeof port !== 'number' || (port >= 1 && port <= 65_535) ? [] : [invalidValue(field, port, portRange)];
}

function checkEnvironment(container: JsonObject, field: string): FieldError[] {
  return objectsAt(container, 'env').flatMap((variable, index) => {
    const path = `${field}.env[${index}]`;
    const { name, value } = variable;
    const from = objectAt(variable, 'valueFrom');
    const errors: FieldError[] = [];
    if (typeof name === 'string' && name !== '' && !environmentName.test(name))
      errors.push(
        invalidValue(
          `${path}.name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    if (from !== undefined && Object.keys(from).length === 0)
      errors.push(
        invalidValue(
          `${path}.valueFrom`,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
        ),
      );
    else if (from !== undefined && value !== undefined && value !== '')
      errors.push(invalidValue(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    return errors;
  });
}

function checkMounts(container: JsonObject, field: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<unknown>();
  for (const [index, mount] of objectsAt(container, 'volumeMounts').entries()) {
    const path = `${field}.volumeMounts[${index}]`;
    if (mount.name !== undefined && mount.name !== '' && !volumes.has(mount.name))
      errors.push(notFoundField(`${path}.name`, mount.name));
    if (paths.has(mount.mountPath)) errors.push(invalidValue(`${path}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
  }
  return errors;
}

/** Of a probe or a lifecycle hook. */
function checkHandler(handler: JsonObject | undefined, field: string): FieldError[] {
  if (handler === undefined) return [];
  const kinds = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'].filter(
    (kind) => objectAt(handler, kind) !== undefined,
  );
  if (kinds.length === 0) return [required(field, 'must specify a handler type')];
  const errors = kinds
    .slice(1)
    .map((kind) => forbiddenField(`${field}.${kind}`, 'may not specify more than 1 handler type'));
  for (const kind of ['httpGet', 'tcpSocket', 'grpc']) {
    const action = objectAt(handler, kind);
    if (action !== undefined) errors.push(...checkPort(action.port ?? 0, `${field}.${kind}.port`));
  }
  return errors;
}

function checkResources(resources: JsonObject, field: string): FieldError[] {
  const limits = objectAt(resources, 'limits') ?? {};
  const requests = objectAt(resources, 'requests') ?? {};
  const errors: FieldError[] = [];
  for (const [list, amounts] of Object.entries({ limits, requests })) {
    for (const [name, amount] of Object.entries(amounts)) {
      const negative = (quantityNanos(String(amount)) ?? 0n) < 0n;
      if (negative)
        errors.push(invalidValue(`${field}.${list}[${name}]`, amount, 'must be greater than or equal to 0'));
      if (
        !name.includes('/') &&
        !['cpu', 'memory', 'ephemeral-storage'].includes(name) &&
        !name.startsWith('hugepages-')
      )
        errors.push(
          invalidValue(`${field}.${list}[${name}]`, name, 'must be a standard resource type or fully qualified'),
        );
    }
  }
  for (const [name, amount] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if ((quantityNanos(String(amount)) ?? 0n) > (quantityNanos(String(limit)) ?? 0n))
      errors.push(
        invalidValue(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${String(limit)}`),
      );
  }
  return errors;
}
