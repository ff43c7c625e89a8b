/** Label and field selectors of list, watch and deletecollection, as their query parameters spell them. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { badRequest } from './status-error.ts';

export type ObjectFilter = (object: KubernetesObject) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!';
  readonly values: readonly string[];
}

const keyText = '[A-Za-z0-9./_-]+';
const patterns: readonly (readonly [RegExp, Requirement['operator']])[] = [
  [new RegExp(`^(${keyText})\\s*(?:==|=)\\s*([A-Za-z0-9._-]*)$`), '='],
  [new RegExp(`^(${keyText})\\s*!=\\s*([A-Za-z0-9._-]*)$`), '!='],
  [new RegExp(`^(${keyText})\\s+in\\s*\\(([^()]*)\\)$`), 'in'],
  [new RegExp(`^(${keyText})\\s+notin\\s*\\(([^()]*)\\)$`), 'notin'],
  [new RegExp(`^(${keyText})$`), 'exists'],
  [new RegExp(`^!\\s*(${keyText})$`), '!'],
];

export function parseLabelSelector(text: string): ObjectFilter | undefined {
  if (text.trim() === '') return undefined;
  const requirements = splitOutside(text).map((part) => parseRequirement(part.trim()));
  return (object) => requirements.every((requirement) => matches(object.metadata.labels, requirement));
}

/** At commas that are not within parentheses. */
function splitOutside(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseRequirement(text: string): Requirement {
  for (const [pattern, operator] of patterns) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const value = match[2] ?? '';
    const values = operator === 'in' || operator === 'notin' ? value.split(',').map((one) => one.trim()) : [value];
    return { key: match[1] ?? '', operator, values };
  }
  throw badRequest(`unable to parse requirement: ${explain(text)}`);
}

function explain(text: string): string {
  const sign = /===|[=!<>()]/.exec(text)?.[0] ?? text;
  return `found '${sign.slice(0, 1)}', expected: identifier`;
}

function matches(labels: Record<string, string> | undefined, { key, operator, values }: Requirement): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
  }
}
