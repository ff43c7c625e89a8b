/** Applies the LimitRanges of a namespace to a new pod: defaults for its containers, then bounds. Changes its spec in place. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { amountOf } from '../schema/quantity.ts';
import { type ApiRequest, subjectOf } from './api-context.ts';
import { forbidden } from './status-error.ts';

type List = 'requests' | 'limits';

export function admitLimits({ context, type, namespace }: ApiRequest, pod: KubernetesObject): void {
  const spec = (pod.spec ?? {}) as JsonObject;
  const ranges = context.objects
    .list('limitranges', { namespace })
    .flatMap((range) => objectsAt(range.spec as JsonObject, 'limits'));
  const rules = ranges.filter((rule) => rule.type === 'Container');
  if (rules.length === 0) return;
  const notes: string[] = [];
  for (const [list, kind] of [
    ['containers', 'container'],
    ['initContainers', 'init container'],
  ] as const) {
    for (const container of objectsAt(spec, list)) notes.push(...fill(container, rules, kind));
  }
  if (notes.length > 0) {
    const text = `LimitRanger plugin set: ${notes.join('; ')}`;
    pod.metadata.annotations = { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': text };
  }
  for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
    const errors = rules.flatMap((rule) => outOfBounds(container, rule));
    if (errors.length > 0)
      throw forbidden(
        subjectOf(type),
        pod.metadata.name ?? '',
        errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`,
      );
  }
}

/** Returns what was set, as the annotation tells it. */
function fill(container: JsonObject, rules: readonly JsonObject[], kind: string): string[] {
  const resources: JsonObject = { ...objectAt(container, 'resources') };
  const notes: string[] = [];
  const sources: [List, string][] = [
    ['requests', 'defaultRequest'],
    ['limits', 'default'],
  ];
  for (const [list, source] of sources) {
    const amounts: JsonObject = { ...objectAt(resources, list) };
    const set: string[] = [];
    for (const rule of rules) {
      for (const [name, amount] of Object.entries(objectAt(rule, source) ?? {})) {
        if (Object.hasOwn(amounts, name)) continue;
        amounts[name] = amount;
        set.push(name);
      }
    }
    if (set.length === 0) continue;
    resources[list] = Object.fromEntries(Object.entries(amounts).sort(([left], [right]) => (left < right ? -1 : 1)));
    notes.push(`${set.sort().join(', ')} ${list.slice(0, -1)} for ${kind} ${String(container.name)}`);
  }
  container.resources = resources;
  return notes;
}

function outOfBounds(container: JsonObject, rule: JsonObject): string[] {
  const resources = objectAt(container, 'resources') ?? {};
  const requests = objectAt(resources, 'requests') ?? {};
  const limits = objectAt(resources, 'limits') ?? {};
  const errors: string[] = [];
  for (const [name, least] of Object.entries(objectAt(rule, 'min') ?? {})) {
    const request = requests[name];
    if (request === undefined)
      errors.push(`minimum ${name} usage per Container is ${String(least)}.  No request is specified`);
    else if (amountOf(request).nanos < amountOf(least).nanos)
      errors.push(`minimum ${name} usage per Container is ${String(least)}, but request is ${String(request)}`);
  }
  for (const [name, most] of Object.entries(objectAt(rule, 'max') ?? {})) {
    const limit = limits[name];
    if (limit === undefined)
      errors.push(`maximum ${name} usage per Container is ${String(most)}.  No limit is specified`);
    else if (amountOf(limit).nanos > amountOf(most).nanos)
      errors.push(`maximum ${name} usage per Container is ${String(most)}, but limit is ${String(limit)}`);
  }
  return errors;
}
