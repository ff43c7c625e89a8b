/**
 * Takes rights one by one, returns the roles that grant just these, with their bindings: a Role for each account and
 * namespace, a ClusterRole for what lies in none. Sorted, so that the same rights always read the same. Pure.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Grant, PolicyRule } from './grant.ts';

export function roleObjects(grants: readonly Grant[]): KubernetesObject[] {
  const places = Map.groupBy(grants, ({ account, namespace }) => `${namespace}\n${account}`);
  return [...places]
    .sort(([left], [right]) => compare(left, right))
    .flatMap(([key, granted]) => {
      const [namespace = '', account = ''] = key.split('\n');
      return roleAndBinding({ namespace, account, rules: mergeRules(granted.map(({ rule }) => rule)) });
    });
}

interface Role {
  readonly namespace: string;
  readonly account: string;
  readonly rules: readonly PolicyRule[];
}

function roleAndBinding({ namespace, account, rules }: Role): KubernetesObject[] {
  const [place = '', subject = ''] = account.split('/');
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  const name = `helm-gitops:${place}:${subject}`;
  const metadata = namespace === '' ? { name } : { name, namespace };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion, kind, metadata, rules: [...rules] },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: subject, namespace: place }],
    },
  ];
}

/** Rules that differ in resources or in names alone become one; what another grants for all names is left out. */
export function mergeRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const verbs = new Map<string, Set<string>>();
  for (const [key, verb] of rules.flatMap(singles)) verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  for (const [key, held] of verbs) {
    const [group, resource, name] = key.split('\n');
    if (!name) continue;
    for (const verb of verbs.get(`${group}\n${resource}\n\n`) ?? []) held.delete(verb);
    if (held.size === 0) verbs.delete(key);
  }
  const byName = groupKeys(verbs, ([group, resource, , url], held) =>
    [group, resource, url === '' ? '' : 'url', held].join('\n'),
  );
  const merged = Map.groupBy(byName, ({ keys, held }) => {
    const [first] = keys;
    return [first?.[0], first?.[3] === '' ? '' : 'url', names(keys).join(), held].join('\n');
  });
  return [...merged.values()]
    .map((same) =>
      toRule(
        same.flatMap(({ keys }) => keys),
        same[0]?.held.split(',') ?? [],
      ),
    )
    .sort((left, right) => compare(JSON.stringify(left), JSON.stringify(right)));
}

type Key = readonly [group: string, resource: string, name: string, url: string];

interface Same {
  readonly keys: readonly Key[];
  readonly held: string;
}

function groupKeys(verbs: ReadonlyMap<string, ReadonlySet<string>>, id: (key: Key, held: string) => string): Same[] {
  const entries = [...verbs].map(([text, held]) => ({
    key: text.split('\n') as unknown as Key,
    held: [...held].sort(byVerb).join(),
  }));
  const groups = Map.groupBy(entries, ({ key, held }) => id(key, `${held} ${key[2] === '' ? '' : 'named'}`));
  return [...groups.values()].map((same) => ({ keys: same.map(({ key }) => key), held: same[0]?.held ?? '' }));
}

function singles({ apiGroups = [], resources = [], resourceNames = [''], nonResourceURLs = [], verbs }: PolicyRule) {
  const keys = [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) => resourceNames.map((name) => [group, resource, name, ''].join('\n'))),
    ),
    ...nonResourceURLs.map((url) => ['', '', '', url].join('\n')),
  ];
  return keys.flatMap((key) => verbs.map((verb) => [key, verb] as const));
}

const names = (keys: readonly Key[]) => unique(keys.map(([, , name]) => name).filter((name) => name !== ''));

function toRule(keys: readonly Key[], verbs: readonly string[]): PolicyRule {
  const urls = unique(keys.map(([, , , url]) => url).filter((url) => url !== ''));
  if (urls.length > 0) return { nonResourceURLs: urls, verbs };
  const named = names(keys);
  return {
    apiGroups: unique(keys.map(([group]) => group)),
    resources: unique(keys.map(([, resource]) => resource)),
    ...(named.length > 0 ? { resourceNames: named } : {}),
    verbs,
  };
}

const unique = (values: readonly string[]) => [...new Set(values)].sort(compare);

const order = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

function byVerb(left: string, right: string): number {
  const [a, b] = [order.indexOf(left), order.indexOf(right)];
  return a !== b ? (a < 0 ? order.length : a) - (b < 0 ? order.length : b) : compare(left, right);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
