/** The fields in which two states of an object differ, for people: of a Secret no value is ever shown. */
import { type DiffOptions, diffFields, type FieldDifference } from '../../foundation/fields/diff.ts';
import { MASK, maskObject } from '../../foundation/manifest/mask.ts';
import { groupVersionKind, type KubernetesObject } from '../../foundation/manifest/object.ts';

export function maskedFields(
  recorded: KubernetesObject,
  live: KubernetesObject,
  options: DiffOptions = {},
): FieldDifference[] {
  const gvk = groupVersionKind(live);
  const fields = diffFields(recorded, live, gvk, options);
  if (live.kind !== 'Secret') return fields;
  const masked = diffFields(maskObject(recorded), maskObject(live), gvk, options);
  const shown = new Map(masked.map((field) => [field.pointer, field]));
  // What differs only in what the mask hides is a secret value, wherever it stands.
  return fields.map((field) => {
    const safe = secretPlaces.test(field.pointer) ? undefined : shown.get(field.pointer);
    return safe ?? { ...field, recorded: hidden(field.recorded), live: hidden(field.live) };
  });
}

const secretPlaces = /^\/(data|stringData)(\/|$)/;

function hidden(value: unknown): unknown {
  return value === undefined ? undefined : MASK;
}
