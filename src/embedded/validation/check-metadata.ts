/** Names, labels, annotations, finalizers and owners, worded as Kubernetes' apimachinery words them. */
import type { ObjectMeta } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import { duplicate, forbiddenField, immutable, invalidValue, required, tooLong } from './field-error.ts';

const labelText = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = new RegExp(`^${labelText}(\\.${labelText})*$`);
const label = new RegExp(`^${labelText}$`);
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

export const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
export const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const qualifiedMessage =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const freeNames: ReadonlySet<string> = new Set([
  'roles.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
]);

const standardFinalizers: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

export function checkMetadata(type: ResourceType, metadata: ObjectMeta): FieldError[] {
  const { name = '', labels = {}, annotations = {} } = metadata;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...nameErrors(type, name).map((why) => invalidValue('metadata.name', name, why)));
  errors.push(...checkLabels(labels, 'metadata.labels'), ...checkAnnotations(annotations));
  for (const [index, finalizer] of (metadata.finalizers ?? []).entries()) {
    const field = `metadata.finalizers[${index}]`;
    errors.push(...qualifiedNameErrors(finalizer).map((why) => invalidValue(field, finalizer, why)));
    if (!type.custom && !finalizer.includes('/') && !standardFinalizers.has(finalizer))
      errors.push(
        invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
      );
  }
  return [...errors, ...checkOwners(metadata)];
}

function nameErrors(type: ResourceType, name: string): string[] {
  if (freeNames.has(type.name))
    return /[/%]/.test(name) || name === '.' || name === '..'
      ? [`may not contain '${/[/%]/.exec(name)?.[0] ?? name}'`]
      : [];
  if (type.name === 'namespaces' && name.includes('.') && subdomain.test(name)) return ['must not contain dots'];
  if (type.name === 'namespaces' || type.name === 'services')
    return dnsErrors(name, { pattern: label, limit: 63, message: labelMessage });
  return dnsErrors(name, { pattern: subdomain, limit: 253, message: subdomainMessage });
}

function dnsErrors(name: string, rule: { pattern: RegExp; limit: number; message: string }): string[] {
  const errors: string[] = [];
  if (name.length > rule.limit) errors.push(`must be no more than ${rule.limit} characters`);
  if (!rule.pattern.test(name)) errors.push(rule.message);
  return errors;
}

export function qualifiedNameErrors(name: string): string[] {
  const parts = name.split('/');
  const part = parts.at(-1) ?? '';
  const errors: string[] = [];
  if (parts.length > 2)
    return [
      `a valid label key ${qualifiedMessage.replace('name part ', '')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  if (parts.length === 2) {
    if (parts[0] === '') errors.push('prefix part must be non-empty');
    else
      errors.push(
        ...dnsErrors(parts[0] ?? '', { pattern: subdomain, limit: 253, message: `prefix part ${subdomainMessage}` }),
      );
  }
  if (part === '') errors.push('name part must be non-empty');
  if (part.length > 63) errors.push('name part must be no more than 63 bytes');
  if (!qualifiedPart.test(part)) errors.push(qualifiedMessage);
  return errors;
}

export function checkLabels(labels: Record<string, string>, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameErrors(key).map((why) => invalidValue(field, key, why)),
    ...labelValueErrors(value).map((why) => invalidValue(field, value, why)),
  ]);
}

export function labelValueErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push('must be no more than 63 bytes');
  if (value !== '' && !qualifiedPart.test(value)) errors.push(labelValueMessage);
  return errors;
}

const annotationLimit = 256 * 1024;

function checkAnnotations(annotations: Record<string, string>): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    errors.push(...qualifiedNameErrors(key.toLowerCase()).map((why) => invalidValue('metadata.annotations', key, why)));
    size += key.length + value.length;
  }
  if (size > annotationLimit) errors.push(tooLong('metadata.annotations', annotationLimit));
  return errors;
}

function checkOwners({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  for (const owner of ownerReferences) {
    for (const name of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[name])
        errors.push(
          invalidValue(
            `${field}.${name}`,
            owner[name] ?? '',
            name === 'apiVersion' ? 'version must not be empty' : 'must not be empty',
          ),
        );
    }
  }
  if (ownerReferences.filter((one) => one.controller === true).length > 1) {
    errors.push(
      invalidValue(field, null, 'Only one reference can have Controller set to true. Found "true" in references'),
    );
  }
  return errors;
}

export function checkMetadataUpdate(after: ObjectMeta, before: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (after.name !== before.name) errors.push(immutable('metadata.name', after.name));
  const added = (after.finalizers ?? []).filter((one) => !(before.finalizers ?? []).includes(one));
  if (before.deletionTimestamp !== undefined && added.length > 0)
    errors.push(
      forbiddenField(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`,
      ),
    );
  return errors;
}

export function checkUnique(names: readonly string[], field: (index: number) => string): FieldError[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [duplicate(field(index), name)] : []));
}

export { label as dnsLabel, subdomain as dnsSubdomain };
