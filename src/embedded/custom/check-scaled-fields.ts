/** The fields of a custom object that its scale subresource shows: both numbers of replicas have to be such. */
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import type { ServedVersion } from '../resources/resource-type.ts';
import { invalidValue } from '../validation/field-error.ts';

export function checkScaledFields(body: JsonObject, scale: ServedVersion['scale']): FieldError[] {
  if (scale === undefined) return [];
  return [scale.specReplicasPath, scale.statusReplicasPath].flatMap((path) => checkReplicas(body, path));
}

const most = 2 ** 31 - 1;

function checkReplicas(body: JsonObject, path: string): FieldError[] {
  const steps = path.split('.').filter((step) => step !== '');
  const value = steps.reduce<unknown>((at, step) => (isMap(at) ? getOwn(at, step) : undefined), body);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    const kind = typeof value === 'boolean' ? 'bool' : typeof value;
    return [invalidValue(path, 0, `${path} accessor error: ${String(value)} is of the type ${kind}, expected int64`)];
  }
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')];
  return value > most ? [invalidValue(path, value, `should be less than or equal to ${most}`)] : [];
}
