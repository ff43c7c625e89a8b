/** Takes what Flux would apply, returns what of it is not deployed here: a line for each Kustomization. Pure. */
import type { Problem } from '../../../../foundation/base/problem.ts';
import type { ParsedApplication } from '../../parse-definitions.ts';
import { type FluxObject, groupOf, listOf, mapOf, shownName, textOf } from './flux-object.ts';
import type { AppliedObject } from './follow-kustomizations.ts';

const shown = 5;

const followed: ReadonlySet<string> = new Set([
  'HelmRelease',
  'HelmRepository',
  'OCIRepository',
  'GitRepository',
  'HelmChart',
  'Kustomization',
  'ArtifactGenerator',
]);

export function tellOthers(applied: readonly AppliedObject[], applications: readonly ParsedApplication[]): Problem[] {
  const namespaces = new Set(applications.map(({ foreign }) => foreign?.destination.namespace.text));
  const used = usedObjects(applied);
  const others = applied.filter(({ object }) => {
    if (isOfFlux(object)) return false;
    if (object.kind === 'Namespace') return !namespaces.has(object.name);
    return !used.has(`${object.kind} ${object.name}`);
  });
  // Where nothing of Flux leads to a folder, other manifests in it are nobody's.
  const led = others.filter(({ by }) => by !== undefined);
  return [...Map.groupBy(led, ({ by }) => by)].flatMap(([by, objects]) => {
    if (by === undefined) return [];
    const names = [...new Set(objects.map(({ object }) => `${object.kind} ${shownName(object)}`))];
    const more = names.length > shown ? ` and ${names.length - shown} more` : '';
    return [
      {
        code: 'definition.unsupported',
        message: `Kustomization ${by.key}: not deployed, for only HelmReleases are: ${names.slice(0, shown).join(', ')}${more}`,
        place: by.object.place(['spec', 'path']),
      },
    ];
  });
}

/** What brings Flux itself, and what is read. */
function isOfFlux({ kind, apiVersion, data }: FluxObject): boolean {
  if (/toolkit\.fluxcd\.io$|source\.extensions\.fluxcd\.io$/.test(groupOf(apiVersion))) return followed.has(kind);
  return mapOf(mapOf(data['metadata'])['labels'])['app.kubernetes.io/part-of'] === 'flux';
}

/** ConfigMaps and Secrets that values or variables are taken from. */
function usedObjects(applied: readonly AppliedObject[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { object, by } of applied) {
    for (const { kind, name } of listOf(mapOf(object.data['spec'])['valuesFrom']).map(mapOf))
      used.add(`${textOf(kind)} ${textOf(name)}`);
    for (const { kind, name } of by?.spec.postBuild?.substituteFrom ?? []) used.add(`${kind} ${name}`);
  }
  return used;
}
