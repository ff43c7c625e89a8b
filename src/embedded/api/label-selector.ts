/** Label selectors of list, watch and deletecollection, as their query parameter spells them. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { labelValueErrors, qualifiedNameErrors } from '../validation/check-metadata.ts';
import { badRequest } from './status-error.ts';

export type ObjectFilter = (object: KubernetesObject) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export function parseLabelSelector(text: string): ObjectFilter | undefined {
  const requirements = parse(text.match(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g) ?? []);
  if (requirements.length === 0) return undefined;
  return (object) => requirements.every((requirement) => matches(object.metadata.labels, requirement));
}

const sign = /^(?:==|!=|[=!<>(),])$/;
const within = new Set(['in', 'notin']);

function parse(tokens: readonly string[]): Requirement[] {
  const requirements: Requirement[] = [];
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const isWord = (): boolean => peek() !== '' && !sign.test(peek());
  const fail = (why: string): Error => badRequest(`unable to parse requirement: found '${peek()}'${why}`);

  const parseValues = (): string[] => {
    if (peek() !== '(') throw fail(` expected: '('`);
    at++;
    if (peek() === ')') {
      at++;
      return [''];
    }
    const values: string[] = [];
    for (;;) {
      values.push(isWord() ? (tokens[at++] ?? '') : '');
      if (peek() === ')') break;
      if (peek() !== ',') throw fail(`, expected: ',' or ')'`);
      at++;
    }
    at++;
    return values;
  };
  const parseRequirement = (): Requirement => {
    const absent = peek() === '!';
    if (absent) at++;
    if (!isWord()) throw fail(', expected: identifier');
    const key = tokens[at++] ?? '';
    checkKey(key);
    if (absent) return { key, operator: '!', values: [] };
    const next = peek();
    if (next === '' || next === ',') return { key, operator: 'exists', values: [] };
    if (!within.has(next) && !['=', '==', '!=', '<', '>'].includes(next))
      throw fail(', expected: in, notin, =, ==, !=, gt, lt');
    at++;
    const values = within.has(next) ? parseValues() : [isWord() ? (tokens[at++] ?? '') : ''];
    checkValues(key, next, values);
    return { key, operator: next, values };
  };

  while (at < tokens.length) {
    if (peek() !== '!' && !isWord()) throw badRequest(`found '${peek()}', expected: !, identifier, or 'end of string'`);
    requirements.push(parseRequirement());
    if (at >= tokens.length) break;
    if (peek() !== ',') throw badRequest(`found '${peek()}', expected: ',' or 'end of string'`);
    at++;
    if (peek() !== '!' && !isWord()) throw badRequest(`found '${peek()}', expected: identifier after ','`);
  }
  return requirements;
}

function invalidPart(place: string, value: string, why: string): Error {
  return badRequest(`unable to parse requirement: ${place}: Invalid value: ${JSON.stringify(value)}: ${why}`);
}

function checkKey(key: string): void {
  const [why] = qualifiedNameErrors(key);
  if (why !== undefined) throw invalidPart('<nil>', key, why);
}

function checkValues(key: string, operator: string, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    if ((operator === '<' || operator === '>') && !/^[+-]?\d+$/.test(value))
      throw invalidPart(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer");
    const [why] = labelValueErrors(value);
    if (why !== undefined) throw invalidPart(`values[${index}][${key}]`, value, why);
  }
}

function matches(labels: Record<string, string> | undefined, { key, operator, values }: Requirement): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  const listed = value !== undefined && values.includes(value);
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '!=':
    case 'notin':
      return !listed;
    case '<':
    case '>': {
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
      return operator === '<' ? Number(value) < Number(values[0]) : Number(value) > Number(values[0]);
    }
    default:
      return listed;
  }
}
