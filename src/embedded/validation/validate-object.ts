/** Every check of an object before it is stored: names and labels, the type's fields, rules of its kind, what may not change. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { groupVersionKind } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { checkScaledFields } from '../custom/check-scaled-fields.ts';
import { validateCustomObject } from '../custom/validate-custom-object.ts';
import { objectsAt } from '../defaults/set-default.ts';
import { type ResourceType, versionOf } from '../resources/resource-type.ts';
import { typeNameOf, typeSchema } from '../schema/type-schema.ts';
import { checkFields } from './check-fields.ts';
import { checkImmutable } from './check-immutable.ts';
import { checkMetadata, checkMetadataUpdate } from './check-metadata.ts';
import { forbiddenField } from './field-error.ts';
import { kindChecks } from './kind-checks.ts';
import { podPartChecks } from './pod-part-checks.ts';

export function validateCreate(type: ResourceType, object: KubernetesObject): FieldError[] {
  const errors = [...checkMetadata(type, object.metadata), ...checkBody(type, object)];
  if (type.name !== 'pods' || objectsAt(object.spec as JsonObject, 'ephemeralContainers').length === 0) return errors;
  return [...errors, forbiddenField('spec.ephemeralContainers', 'cannot be set on create')];
}

export function validateUpdate(
  type: ResourceType,
  { object, before }: { object: KubernetesObject; before: KubernetesObject },
  subresource: string,
): FieldError[] {
  const errors = [...checkMetadata(type, object.metadata), ...checkMetadataUpdate(object.metadata, before.metadata)];
  const part = type.name === 'pods' ? podPartChecks[subresource] : undefined;
  if (part !== undefined)
    return [
      ...errors,
      ...checkBody(type, object),
      ...part(object as unknown as JsonObject, before as unknown as JsonObject),
    ];
  if (subresource !== '') return type.custom ? [...errors, ...checkBody(type, object)] : errors;
  return [...errors, ...checkImmutable(type, object, before), ...checkBody(type, object, before)];
}

function checkBody(type: ResourceType, object: KubernetesObject, before?: KubernetesObject): FieldError[] {
  const { group, version, kind } = groupVersionKind(object);
  const body = object as unknown as JsonObject;
  if (type.custom) {
    const served = versionOf(type, version);
    return [...validateCustomObject(body, served?.schema), ...checkScaledFields(body, served?.scale)];
  }
  const schema = typeSchema(typeNameOf(group, version, kind) ?? '');
  const errors = schema === undefined ? [] : checkFields(body, schema);
  return [...errors, ...(kindChecks[type.name]?.(body, before as unknown as JsonObject) ?? [])];
}
