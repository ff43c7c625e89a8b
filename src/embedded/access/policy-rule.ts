/** One rule of a Role or ClusterRole: reads it, matches it, prints it. */
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { objectsAt } from '../defaults/set-default.ts';
import type { Attributes } from './attributes.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

export function rulesOf(role: KubernetesObject): PolicyRule[] {
  return objectsAt(role as unknown as JsonObject, 'rules').map(parseRule);
}

function parseRule(rule: JsonObject): PolicyRule {
  const list = (key: string): string[] => {
    const value = rule[key];
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  };
  return {
    verbs: list('verbs'),
    apiGroups: list('apiGroups'),
    resources: list('resources'),
    resourceNames: list('resourceNames'),
    nonResourceURLs: list('nonResourceURLs'),
  };
}

const has = (values: readonly string[], value: string): boolean => values.includes('*') || values.includes(value);

export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if ('path' in attributes) return rule.nonResourceURLs.some((pattern) => pathMatches(pattern, attributes.path));
  const { group, resource, subresource, name } = attributes;
  return (
    has(rule.apiGroups, group) &&
    resourceMatches(rule, subresource === '' ? resource : `${resource}/${subresource}`) &&
    (rule.resourceNames.length === 0 || (name !== '' && rule.resourceNames.includes(name)))
  );
}

/** `pods/log` is matched by itself, by `*` and by `*` + `/log`; never by `pods`. */
export function resourceMatches({ resources }: PolicyRule, wanted: string): boolean {
  if (has(resources, wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && resources.includes(`*${wanted.slice(slash)}`);
}

export function pathMatches(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
}

/** As Go prints slices of strings with `%q`. */
function goList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` */
export function ruleText(rule: PolicyRule): string {
  const parts: [string, readonly string[]][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const told = parts.filter(([, values]) => values.length > 0).map(([name, values]) => `${name}:${goList(values)}`);
  return `{${told.join(', ')}}`;
}
