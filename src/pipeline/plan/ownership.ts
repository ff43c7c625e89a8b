/** Helm's marks of ownership (helm.md §6.3): set on every object that is applied, never stored in the manifest. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

const managedByLabel = 'app.kubernetes.io/managed-by';
const nameAnnotation = 'meta.helm.sh/release-name';
const namespaceAnnotation = 'meta.helm.sh/release-namespace';

/** Is a change one of the marks alone, or a map of them where there was none? */
export function isOwnershipMark(pointer: string, { before, after }: { before: unknown; after: unknown }): boolean {
  const [, field = '', name] = /^\/metadata\/(labels|annotations)(?:\/(.*))?$/.exec(pointer) ?? [];
  const marks =
    field === 'labels' ? [managedByLabel] : field === 'annotations' ? [nameAnnotation, namespaceAnnotation] : [];
  if (name !== undefined) return marks.includes(name.replaceAll('~1', '/'));
  return (
    before === undefined &&
    typeof after === 'object' &&
    Object.keys(after ?? {}).every((one) => marks.includes(one)) &&
    marks.length > 0
  );
}

export interface ReleaseKey {
  readonly name: string;
  readonly namespace: string;
}

/** A copy of the object with the marks. */
export function withOwnership(object: KubernetesObject, release: ReleaseKey): KubernetesObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [managedByLabel]: 'Helm' },
      annotations: {
        ...object.metadata.annotations,
        [nameAnnotation]: release.name,
        [namespaceAnnotation]: release.namespace,
      },
    },
  };
}

/** Marked as another release's; without marks it may be anybody's. */
export function isOfAnother({ metadata: { annotations = {} } }: KubernetesObject, release: ReleaseKey): boolean {
  const { [nameAnnotation]: name = release.name, [namespaceAnnotation]: namespace = release.namespace } = annotations;
  return name !== release.name || namespace !== release.namespace;
}

/** Undefined when the live object is the release's; otherwise what is wrong, in Helm's words. */
export function ownershipProblem(live: KubernetesObject, release: ReleaseKey): string | undefined {
  const problems = [
    markProblem('label', managedByLabel, live.metadata.labels?.[managedByLabel], 'Helm'),
    markProblem('annotation', nameAnnotation, live.metadata.annotations?.[nameAnnotation], release.name),
    markProblem('annotation', namespaceAnnotation, live.metadata.annotations?.[namespaceAnnotation], release.namespace),
  ].filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : `invalid ownership metadata; ${problems.join('; ')}`;
}

function markProblem(sort: string, name: string, actual: string | undefined, expected: string): string | undefined {
  if (actual === expected) return undefined;
  if (actual === undefined) return `${sort} validation error: missing key "${name}": must be set to "${expected}"`;
  return `${sort} validation error: key "${name}" must equal "${expected}": current value is "${actual}"`;
}
