/**
 * Takes everything that a release would write (rendered objects, hooks, files of `crds/`) and its Project, throws a user's
 * error that names each object whose kind or place the Project does not allow. It reads nothing.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { Discovery } from '../../foundation/cluster/cluster-client.ts';
import { groupVersionKind, type KubernetesObject, objectLabel } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import {
  allowsDestination,
  allowsKind,
  describeDestinations,
  describeKinds,
  describeProject,
} from './project-limits.ts';
import type { ProjectLimits, ReleaseDefinition } from './release-definition.ts';

export interface Written {
  /** Placed, as `placeObjects` does. */
  readonly objects: readonly KubernetesObject[];
  readonly hooks: readonly { readonly manifest: string }[];
  /** What `crds/` holds. */
  readonly crds: readonly KubernetesObject[];
  readonly discovery: Discovery;
}

type Definition = Pick<ReleaseDefinition, 'app' | 'cluster' | 'namespace' | 'origin' | 'project' | 'settings'>;

export function holdToProject(definition: Definition, { objects, hooks, crds, discovery }: Written): void {
  const { project, settings } = definition;
  if (project === undefined) return;
  const ofHooks = hooks
    .flatMap(({ manifest }) => parseManifest(manifest))
    .map((object) => placeHook(object, definition.namespace, discovery));
  const all = [...objects, ...ofHooks, ...(settings.crds === 'skip' ? [] : crds)];
  const refuse = (refused: readonly string[], limits: string) => {
    if (refused.length === 0) return;
    const message = `project ${project.name} does not allow what ${definition.app} renders: ${shorten(refused)}`;
    const hint = `${describeProject(project)} ${limits}`;
    throw new HelmGitopsError('definition.project', 'user', message, { place: definition.origin.place, hint });
  };
  const kinds = all
    .filter(
      (object) => !allowsKind(project, { ...groupVersionKind(object), namespaced: Boolean(object.metadata.namespace) }),
    )
    .map(label);
  refuse([...new Set(kinds)], describeKinds(project));
  const places = all.flatMap((object) => misplaced(project, definition.cluster, object));
  refuse([...new Set(places)], `allows ${describeDestinations(project)}`);
}

/** Of a kind that is not served yet, as of one with a namespace: where it is wrong, nothing more than this is refused. */
function placeHook(object: KubernetesObject, namespace: string, discovery: Discovery): KubernetesObject {
  if (discovery.resource(groupVersionKind(object))?.namespaced === false)
    return { ...object, metadata: { ...object.metadata, namespace: '' } };
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace || namespace } };
}

/** A Namespace lies in itself; other objects without a namespace are held by their kind alone. */
function misplaced(project: ProjectLimits, cluster: string, object: KubernetesObject): string[] {
  const { apiVersion, kind, metadata } = object;
  const namespace = kind === 'Namespace' && apiVersion === 'v1' ? metadata.name : metadata.namespace;
  if (!namespace || allowsDestination(project, { cluster, namespace })) return [];
  return [`${label(object)} in namespace ${namespace}`];
}

const label = ({ kind, metadata }: KubernetesObject) => objectLabel({ kind, name: metadata.name ?? '' });

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
