/** Whether labels fit a selector of Kubernetes' form. Pure. */
import type { Selector } from './set-schema.ts';

type Expression = NonNullable<Selector['matchExpressions']>[number];

export function matchLabels(selector: Selector | undefined, labels: ReadonlyMap<string, string>): boolean {
  const { matchLabels: wanted = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(wanted).every(([key, value]) => labels.get(key) === value) &&
    matchExpressions.every((expression) => matchExpression(expression, labels))
  );
}

export function matchExpression({ key, operator, values = [] }: Expression, labels: ReadonlyMap<string, string>) {
  const value = labels.get(key);
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isIn = value !== undefined && values.includes(value);
  return operator === 'In' ? isIn : !isIn;
}

export const isSelective = ({ matchLabels: wanted = {}, matchExpressions = [] }: Selector): boolean =>
  Object.keys(wanted).length + matchExpressions.length > 0;
