/** Keywords that look at the items of an array. */
import type { GoValue } from '../template/value.ts';
import { addMessage, addProblem, type Check } from './check.ts';
import { findDuplicates } from './list-and-number.ts';
import { formatCount, type SchemaProblem } from './schema-error.ts';

export function checkArray(check: Check, list: readonly GoValue[]): void {
  const { schema, resource } = check;
  const [least, most] = [schema.get('minItems'), schema.get('maxItems')];
  const count = formatCount(list.length);
  if (typeof least === 'number' && list.length < least)
    addMessage(check, `minItems: got ${count}, want ${formatCount(least)}`);
  if (typeof most === 'number' && list.length > most)
    addMessage(check, `maxItems: got ${count}, want ${formatCount(most)}`);
  const duplicates = schema.get('uniqueItems') === true ? findDuplicates(list) : undefined;
  if (duplicates !== undefined) addMessage(check, `items at ${duplicates[0]} and ${duplicates[1]} are equal`);
  if (resource.draft === 2020) checkItems(check, list);
  else checkOldItems(check, list);
  if (resource.draft >= 6 && schema.has('contains')) checkContains(check, list);
}

function checkItems(check: Check, list: readonly GoValue[]): void {
  const prefix = check.schema.get('prefixItems');
  const rules: readonly GoValue[] = Array.isArray(prefix) ? prefix : [];
  const rest = check.schema.get('items');
  for (const [index, item] of list.entries()) {
    const rule = rules[index] ?? rest;
    // Upstream counts the items behind the prefix from 0.
    const step = String(index < rules.length ? index : index - rules.length);
    if (rule !== undefined) addProblem(check, check.validateBelow(rule, item, step));
  }
}

/** Before 2020 `items` is one schema for all or one for each, `additionalItems` is for the rest. */
function checkOldItems(check: Check, list: readonly GoValue[]): void {
  const { schema } = check;
  const items = schema.get('items');
  if (items !== undefined && !Array.isArray(items)) {
    for (const [index, item] of list.entries()) addProblem(check, check.validateBelow(items, item, String(index)));
    return;
  }
  if (items === undefined) return;
  for (const [index, rule] of items.entries()) {
    const item = list[index];
    if (item !== undefined) addProblem(check, check.validateBelow(rule, item, String(index)));
  }
  const additional = schema.get('additionalItems');
  const rest = list.slice(items.length);
  if (additional === false && rest.length > 0)
    addMessage(check, `last ${formatCount(rest.length)} additionalItem(s) not allowed`);
  if (!(additional instanceof Map)) return;
  for (const [index, item] of rest.entries()) addProblem(check, check.validateBelow(additional, item, String(index)));
}

function checkContains(check: Check, list: readonly GoValue[]): void {
  const { schema, resource, unevaluated } = check;
  const rule = schema.get('contains') ?? true;
  const problems: SchemaProblem[] = [];
  const matched: number[] = [];
  for (const [index, item] of list.entries()) {
    const problem = check.validateBelow(rule, item, String(index));
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    matched.push(index);
    if (resource.draft === 2020) unevaluated.items?.delete(index);
  }
  const [least, most] = resource.draft >= 2019 ? [schema.get('minContains'), schema.get('maxContains')] : [];
  const found = `matched ${formatCount(matched.length)} items at ${matched.join(' ')}`;
  if (typeof least === 'number') {
    const got = matched.length === 0 ? 'none matched' : found;
    if (matched.length < least)
      addMessage(check, `min ${formatCount(least)} items required to match contains schema, but ${got}`, problems);
  } else if (matched.length === 0) {
    addMessage(check, 'no items match contains schema', problems);
  }
  if (typeof most === 'number' && matched.length > most) {
    addMessage(check, `max ${formatCount(most)} items required to match contains schema, but ${found}`);
  }
}
