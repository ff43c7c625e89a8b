/**
 * Takes a file of definitions as it was before a change, with it, and as it is now; returns its text in which the chart of one
 * application in one environment is the one from before. What others share in it is left alone. It reads nothing.
 */

import { readValues } from '../../foundation/values/read-values.ts';
import type { ValuePath } from '../../foundation/values/value-places.ts';
import { valueAt } from '../../foundation/values/value-places.ts';
import { applicationDocument } from './application-document.ts';
import { type RevertedValues, revertValues } from './revert-values.ts';

export interface ChartRevert {
  readonly good: string;
  readonly bad: string;
  readonly head: string;
  readonly app: string;
  readonly environment: string;
  /** No other environment reads what the application says of its chart. */
  readonly alone: boolean;
}

export interface RevertedChart extends RevertedValues {
  /** What changed as well, and is not ours to take back: `spec.chart`. */
  readonly shared: readonly string[];
}

export function revertChart({ good, bad, head, app, environment, alone }: ChartRevert): RevertedChart | undefined {
  const [before, after, now] = [good, bad, head].map((text) => applicationDocument(text, app));
  if (!before || !after || !now) return undefined;
  const own: ValuePath[] = ['chart', 'revision'].map((field) => ['spec', 'environments', environment, field]);
  const general: ValuePath = ['spec', 'chart'];
  if (alone) own.push(general);
  const concerns = (path: ValuePath) => own.some((prefix) => prefix.every((step, depth) => path[depth] === step));
  const texts = { good: before.text, bad: after.text, head: now.text };
  const reverted = revertValues({ ...texts, concerns, compat: 'helm3' });
  const others: ValuePath[] = [
    ['spec', 'patches'],
    ['spec', 'environments', environment, 'patches'],
  ];
  if (!alone) others.push(general);
  const shared = others.filter((path) => printed(before.text, path) !== printed(after.text, path));
  const text = now.replaceBy(reverted.text);
  return { ...reverted, text, shared: shared.map((path) => path.join('.')) };
}

const printed = (text: string, path: ValuePath): string => print(valueAt(readValues(text, 'helm3'), path));

const print = (value: unknown): string =>
  value instanceof Map
    ? `{${[...value].map(([key, inner]) => `${key}:${print(inner)}`).sort()}}`
    : Array.isArray(value)
      ? `[${value.map(print)}]`
      : String(value);
