/** Takes a Project as it is written, returns it with its place. */
import type { ReadDocument } from '../../foundation/document/read-documents.ts';
import type { ProjectDocument } from './document-schema.ts';
import type { ParsedProject } from './parse-definitions.ts';

export function locateProject({ metadata, spec }: ProjectDocument, document: ReadDocument): ParsedProject {
  const { repositories, destinations, kinds = {}, serviceAccount } = spec ?? {};
  return {
    name: metadata.name,
    place: document.place(['metadata', 'name']),
    repositories,
    destinations: destinations?.map(({ cluster = '*', namespace = '*' }) => ({ cluster, namespace })),
    kinds: { allow: kinds.allow, deny: kinds.deny ?? [] },
    serviceAccount,
  };
}
