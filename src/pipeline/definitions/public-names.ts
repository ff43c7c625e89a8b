/** Takes a definition, returns the texts of it that are no secrets. */
import type { ReleaseDefinition } from './release-definition.ts';

/** Names that stand in the clear in git, so that they hide nothing. */
export function publicNames(definition: ReleaseDefinition): string[] {
  const { app, environment, cluster, namespace, storageNamespace = namespace, releaseName, origin } = definition;
  return [app, environment, cluster, namespace, storageNamespace, releaseName, origin.repository];
}
