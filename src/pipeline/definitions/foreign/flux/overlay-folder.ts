/**
 * What Flux's Kustomization asks for of its folder. Flux writes it into the folder's own kustomization.yaml before it builds
 * that: components and patches follow the folder's own, and namespace and affixes take the place of them. Pure.
 */

import { posix } from 'node:path';
import type { Place } from '../../../../foundation/base/errors.ts';
import { type Problem, problemOf } from '../../../../foundation/base/problem.ts';
import { repositoryPath } from '../../../../foundation/base/repository-path.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { type FluxObject, mapOf, textOf } from './flux-object.ts';
import type { KustomizationSpec } from './kustomization-schema.ts';
import { inNamespace, withAffixes } from './name-objects.ts';
import { patchObjects } from './patch-objects.ts';
import { readPatches } from './read-patches.ts';

export interface Overlay {
  readonly folder: string;
  readonly spec: KustomizationSpec;
  readonly object: FluxObject;
}

export interface NamedComponent {
  /** Within the tree; as it is written where it leads out. */
  readonly path: string;
  readonly place: Place;
  readonly isOptional: boolean;
}

export function overlayComponents({ folder, spec, object }: Overlay): NamedComponent[] {
  return (spec.components ?? []).map((written, index) => ({
    path: repositoryPath(posix.join(folder, written)) ?? written,
    place: object.place(['spec', 'components', index]),
    isOptional: spec.ignoreMissingComponents ?? false,
  }));
}

/** What is wrong with a patch is added to the problems, and whoever it was meant for is left out. */
export async function overlayPatches(
  objects: readonly FluxObject[],
  { spec, object }: Overlay,
  problems: Problem[],
): Promise<readonly FluxObject[]> {
  let all = objects;
  const read = async () => [];
  for (const [index, entry] of (spec.patches ?? []).entries()) {
    try {
      const given = { read, document: object, at: ['spec', 'patches', index] };
      for (const patch of await readPatches(entry as Json, given)) all = patchObjects(all, patch);
    } catch (thrown) {
      problems.push(problemOf(thrown));
      all = all.filter(({ kind }) => !isMeant(kind, entry as Json));
    }
  }
  return all;
}

/** Whether a patch that cannot be read may have been meant for a release. */
export function isMeant(kind: string, entry: Json): boolean {
  const target = textOf(mapOf(mapOf(entry)['target'])['kind']);
  return kind === 'HelmRelease' && (target === '' || target === kind);
}

/** `own`: the folder's kustomization.yaml. */
export function withNames(objects: readonly FluxObject[], own: JsonObject, over: Overlay | undefined): FluxObject[] {
  const { targetNamespace, namePrefix, nameSuffix } = over?.spec ?? {};
  const namespace = targetNamespace ?? textOf(own['namespace']);
  const prefix = namePrefix ?? textOf(own['namePrefix']);
  const suffix = nameSuffix ?? textOf(own['nameSuffix']);
  return objects.map((object) => withAffixes(inNamespace(object, namespace), prefix, suffix));
}
