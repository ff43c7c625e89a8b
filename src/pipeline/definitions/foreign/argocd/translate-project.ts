/**
 * Takes an Argo CD AppProject as a document, returns it as a Project of ours, or what is wrong with it. Its destinations
 * name clusters in Argo CD's way; `local-project.ts` says which configured one is meant. Pure.
 */
import * as z from 'zod';
import type { Problem } from '../../../../foundation/base/problem.ts';
import { checkDocument } from '../../../../foundation/document/check-document.ts';
import type { Path, ReadDocument } from '../../../../foundation/document/read-documents.ts';
import type { ParsedProject } from '../../parse-definitions.ts';
import { checkFields, fieldTable } from '../check-fields.ts';
import { projectFields } from './project-fields.table.ts';
import { withoutNulls } from './without-nulls.ts';

const text = z.string();
const kinds = z.array(z.looseObject({ group: text.optional(), kind: text })).optional();

const schema = z.looseObject({
  metadata: z.looseObject({ name: text.min(1).max(253) }),
  spec: z.looseObject({
    sourceRepos: z.array(text).optional(),
    destinations: z
      .array(z.looseObject({ server: text.optional(), name: text.optional(), namespace: text.optional() }))
      .optional(),
    clusterResourceWhitelist: kinds,
    clusterResourceBlacklist: kinds,
    namespaceResourceWhitelist: kinds,
    namespaceResourceBlacklist: kinds,
  }),
});

export interface TranslatedProject {
  readonly project: ParsedProject | undefined;
  readonly problems: readonly Problem[];
}

const table = fieldTable(projectFields);

export function translateProject(document: ReadDocument): TranslatedProject {
  const data = withoutNulls(document.data);
  const place = (path: Path, part?: 'key' | 'value') => document.place(path, part);
  const { value, problems } = checkDocument(schema, { data, place, code: 'definition.invalid' });
  if (value === undefined) return { project: undefined, problems };
  const { name } = value.metadata;
  const fields = checkFields(data, { table, document, label: `project ${name}` });
  const { sourceRepos = [], destinations = [], ...lists } = value.spec;
  const odd = destinations.flatMap(({ server = '', name: cluster = '', namespace = '' }, index): Problem[] => {
    if (!/[!?[{]/.test(server + cluster + namespace)) return [];
    const message = `project ${name}: a destination with ! ? [ or { is not supported`;
    return [{ code: 'definition.unsupported', message, place: place(['spec', 'destinations', index]) }];
  });
  if (fields.refused.length + odd.length > 0) return { project: undefined, problems: [...fields.refused, ...odd] };
  const patterns = (list: z.output<typeof kinds>) => list?.map(({ group = '', kind }) => `${group || 'core'}/${kind}`);
  return {
    project: {
      name,
      place: place(['metadata', 'name']),
      tool: 'Argo CD',
      repositories: sourceRepos,
      destinations: destinations.map(({ server, name: cluster, namespace = '' }) => ({
        cluster: server || cluster || '',
        namespace,
      })),
      kinds: {
        allow: patterns(lists.namespaceResourceWhitelist),
        clusterAllow: patterns(lists.clusterResourceWhitelist) ?? [],
        deny: [
          ...(patterns(lists.clusterResourceBlacklist) ?? []),
          ...(patterns(lists.namespaceResourceBlacklist) ?? []),
        ],
      },
      notices: fields.notices,
      serviceAccount: undefined,
    },
    problems: [],
  };
}
