/**
 * Takes a file of definitions as it was before a change, with it, and as it is now; returns its text in which the chart of one
 * application in one environment is the one from before. What others share in it is left alone. It reads nothing.
 */

import { tryRead } from '../../foundation/values/edit-value.ts';
import { readValues } from '../../foundation/values/read-values.ts';
import type { ValuePath } from '../../foundation/values/value-places.ts';
import { valueAt } from '../../foundation/values/value-places.ts';
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

interface Document {
  readonly from: number;
  readonly text: string;
}

export function revertChart({ good, bad, head, app, environment, alone }: ChartRevert): RevertedChart | undefined {
  const [before, after, now] = [good, bad, head].map((text) => documentOf(text, app));
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
  const text = head.slice(0, now.from) + reverted.text + head.slice(now.from + now.text.length);
  return { ...reverted, text, shared: shared.map((path) => path.join('.')) };
}

/** Documents of other applications are other releases' business. */
function documentOf(text: string, app: string): Document | undefined {
  const starts = [0, ...[...text.matchAll(/^---.*(?:\n|$)/gm)].map(({ index, 0: line }) => index + line.length)];
  return starts
    .map((from, index) => {
      const end =
        starts[index + 1] === undefined ? text.length : text.lastIndexOf('\n---', (starts[index + 1] ?? 0) - 1) + 1;
      return { from, text: text.slice(from, Math.max(from, end)) };
    })
    .find((document) => isOf(document.text, app));
}

function isOf(text: string, app: string): boolean {
  const data = tryRead(text, 'helm3');
  if (data === undefined || data.get('kind') !== 'Application') return false;
  const version = data.get('apiVersion');
  return (
    typeof version === 'string' && version.startsWith('helm-gitops.io/') && valueAt(data, ['metadata', 'name']) === app
  );
}

const printed = (text: string, path: ValuePath): string => print(valueAt(readValues(text, 'helm3'), path));

const print = (value: unknown): string =>
  value instanceof Map
    ? `{${[...value].map(([key, inner]) => `${key}:${print(inner)}`).sort()}}`
    : Array.isArray(value)
      ? `[${value.map(print)}]`
      : String(value);
