/** The table of built-in resources as ResourceType values, in discovery order. */
import { builtinResources } from './builtin-resources.table.ts';
import {
  allVerbs,
  type ResourceType,
  type ServedVersion,
  type Subresource,
  splitGroupVersion,
} from './resource-type.ts';

/** Two API groups show these objects; core/v1 is what is stored. */
const storedAs: Readonly<Record<string, string>> = { 'events.events.k8s.io': 'events' };

export function builtinResourceTypes(): ResourceType[] {
  const types = new Map<string, ResourceType>();
  for (const line of builtinResources.trim().split('\n')) {
    const type = parseRow(line);
    const known = types.get(type.name);
    types.set(type.name, known === undefined ? type : { ...known, versions: [...known.versions, ...type.versions] });
  }
  return [...types.values()];
}

function parseRow(line: string): ResourceType {
  const cells = line.split('|').map((cell) => cell.trim());
  const [apiVersion = '', plural = '', singular = '', kind = '', scope, verbs = '', short = '-', categories = '-'] =
    cells;
  const { group, version } = splitGroupVersion(apiVersion);
  const name = group === '' ? plural : `${plural}.${group}`;
  const served: ServedVersion = { version, subresources: parseSubresources(cells[8] ?? '', { group, version, kind }) };
  return {
    name,
    group,
    plural,
    singular,
    kind,
    listKind: `${kind}List`,
    namespaced: scope === 'N',
    shortNames: short === '-' ? [] : short.split('+'),
    categories: categories === '-' ? [] : categories.split('+'),
    verbs: verbs === '*' ? allVerbs : verbs.split('+'),
    versions: [served],
    storageVersion: version,
    storedAs: storedAs[name] ?? name,
    custom: false,
  };
}

function parseSubresources(text: string, owner: { group: string; version: string; kind: string }): Subresource[] {
  return text
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => {
      const [head = '', verbs = ''] = one.split(':');
      const [name = '', kindText = ''] = head.split('=');
      if (kindText === '') return { name, ...owner, verbs: verbs.split('+') };
      const [kind = '', version = owner.version, group = owner.group] = kindText.split('/').reverse();
      return { name, group, version, kind, verbs: verbs.split('+') };
    });
}
