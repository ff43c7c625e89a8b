/** Takes a plan that was approved and the one that would be carried out now; returns in words what moved in between. */
import type { FrozenObject, FrozenPlan } from '../../foundation/state/frozen-plan.ts';
import { steadyReason } from './freeze-plan.ts';

/** So many things are named. */
const most = 10;

/** Empty where both are the same; else never. */
export function movedSince(approved: FrozenPlan, now: FrozenPlan): string[] {
  if (approved.digest === now.digest && sameLines(approved) === sameLines(now)) return [];
  const moved = [...movedInputs(approved, now), ...movedBase(approved, now), ...movedObjects(approved, now)];
  const hooks = now.hooks.filter((hook) => !approved.hooks.includes(hook));
  const gone = approved.hooks.filter((hook) => !now.hooks.includes(hook));
  moved.push(...hooks.map((hook) => `hook ${hook} is new`), ...gone.map((hook) => `hook ${hook} is gone`));
  if (moved.length === 0) moved.push('something that the plan does not list (hooks, crds/, or one object of many)');
  return moved.length > most ? [...moved.slice(0, most), `and ${moved.length - most} more`] : moved;
}

/** What people read, without what decides nothing: a file may have been edited. */
const sameLines = ({ inputs, base, chart, objects, more, hooks }: FrozenPlan): string =>
  JSON.stringify([inputs, base, chart, objects.map(lineOf), more, hooks]);

const lineOf = ({ object, namespace, operation, reason, restarts, fields, more }: FrozenObject) => [
  ...[object, namespace, operation, steadyReason(reason), restarts, more],
  fields.map(({ field, before, after }) => [field, before, after]),
];

function movedInputs(approved: FrozenPlan, now: FrozenPlan): string[] {
  if (approved.inputs === now.inputs) return [];
  const commits = `git said ${approved.revision}, now ${now.revision}`;
  const values = now.changed.filter((line) => !approved.changed.includes(line));
  const chart = approved.chart === now.chart ? [] : [`chart ${approved.chart}→${now.chart}`];
  const named = [...chart, ...values];
  return [`${commits}: ${named.length === 0 ? 'its chart or values are others' : named.join(', ')}`];
}

function movedBase(approved: FrozenPlan, now: FrozenPlan): string[] {
  if (approved.base === now.base) return [];
  const shown = (base: number | undefined) => (base === undefined ? 'no revision' : `revision ${base}`);
  return [`it was to follow ${shown(approved.base)} of Helm, now ${shown(now.base)}`];
}

function movedObjects(approved: FrozenPlan, now: FrozenPlan): string[] {
  const [before, after] = [approved, now].map(
    ({ objects }) => new Map(objects.map((one) => [`${one.namespace}/${one.object}`, one])),
  ) as [Map<string, FrozenObject>, Map<string, FrozenObject>];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => movedObject(before.get(name), after.get(name)));
}

function movedObject(approved: FrozenObject | undefined, now: FrozenObject | undefined): string[] {
  const name = (approved ?? now)?.object ?? '';
  if (approved?.operation !== now?.operation) {
    const shown = (one: FrozenObject | undefined) => one?.operation ?? 'nothing to do';
    return [`${name}: ${shown(approved)}, now ${shown(now)}`];
  }
  if (approved === undefined || now === undefined) return [];
  const fields = movedFields(approved, now);
  if (fields.length > 0) return fields;
  if (steadyReason(approved.reason) !== steadyReason(now.reason))
    return [`${name}: ${now.reason ?? 'nothing is refused any more'}`];
  if (approved.wanted !== now.wanted) return [`${name} is rendered otherwise`];
  return approved.live === now.live ? [] : [`${name} has been changed, or another one stands in its place`];
}

function movedFields(approved: FrozenObject, now: FrozenObject): string[] {
  const [before, after] = [approved, now].map(
    ({ fields }) => new Map(fields.map((one) => [one.field, `${one.before}→${one.after}`])),
  ) as [Map<string, string>, Map<string, string>];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [was, is] = [before.get(field) ?? 'unchanged', after.get(field) ?? 'unchanged'];
    return was === is ? [] : [`${approved.object} ${field} ${was}, now ${is}`];
  });
}
