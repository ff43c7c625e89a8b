/**
 * Takes what is applied, returns for each release which others its Kustomization waits for: those of the Kustomizations that
 * it depends on, as far as these wait for their releases. Pure.
 */
import { type FluxObject, shownName } from './flux-object.ts';
import type { AppliedObject, FollowedKustomization } from './follow-kustomizations.ts';

export interface AwaitedRelease {
  readonly object: FluxObject;
  /** Whose dependency it is. */
  readonly by: FollowedKustomization;
}

export function readinessOf(applied: readonly AppliedObject[]): (one: AppliedObject) => readonly AwaitedRelease[] {
  const byKey = new Map<string, FollowedKustomization>();
  const direct = new Map<string, FluxObject[]>();
  const children = new Map<string, Set<string>>();
  for (const { object, by } of applied) {
    if (by === undefined) continue;
    byKey.set(by.key, by);
    if (by.parent !== undefined) children.set(by.parent.key, (children.get(by.parent.key) ?? new Set()).add(by.key));
    if (object.kind === 'HelmRelease') direct.set(by.key, [...(direct.get(by.key) ?? []), object]);
  }
  const readyWith = (key: string, seen: Set<string>): FluxObject[] => {
    const one = byKey.get(key);
    if (one === undefined || seen.has(key)) return [];
    seen.add(key);
    const before = dependenciesOf(one).flatMap((other) => readyWith(other, seen));
    return [...before, ...awaited(one, direct.get(key) ?? []), ...below(one, seen)];
  };
  const below = (one: FollowedKustomization, seen: Set<string>): FluxObject[] =>
    one.spec.wait ? [...(children.get(one.key) ?? [])].flatMap((key) => readyWith(key, seen)) : [];
  const waitsOf = (one: FollowedKustomization | undefined): AwaitedRelease[] => {
    if (one === undefined) return [];
    const own = dependenciesOf(one).flatMap((key) => readyWith(key, new Set([one.key])));
    return [...own.map((object) => ({ object, by: one })), ...waitsOf(one.parent)];
  };
  return ({ object, by }) => waitsOf(by).filter((one) => one.object !== object);
}

function dependenciesOf({ spec, object }: FollowedKustomization): string[] {
  return (spec.dependsOn ?? []).map(({ name, namespace = object.namespace }) => shownName({ name, namespace }));
}

/** All of them, or those that are named. */
function awaited({ spec }: FollowedKustomization, releases: readonly FluxObject[]): readonly FluxObject[] {
  if (spec.wait) return releases;
  const named = (spec.healthChecks ?? []).filter(({ kind }) => kind === 'HelmRelease');
  return releases.filter((object) =>
    named.some(({ name, namespace }) => name === object.name && namespace === object.namespace),
  );
}
