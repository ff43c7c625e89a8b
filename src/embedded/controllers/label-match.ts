/** Whether labels satisfy a selector. */
import type { LabelSelector } from './workload.ts';

type Labels = Readonly<Record<string, string>>;

export function matchesLabels(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labelOf(labels, key) === value);
}

/** An empty selector matches everything. */
export function matchesSelector(labels: Labels, { matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  const isMatched = ({
    key,
    operator,
    values = [],
  }: {
    key: string;
    operator: string;
    values?: readonly string[];
  }): boolean => {
    const value = labelOf(labels, key);
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'In') return value !== undefined && values.includes(value);
    return value === undefined || !values.includes(value);
  };
  return matchesLabels(labels, matchLabels) && matchExpressions.every(isMatched);
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
