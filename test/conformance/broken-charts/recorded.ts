/** What both Helms said, as it stands in broken-charts.recorded.json: a line for each chart. */
import { createHash } from 'node:crypto';
import type { Outcome } from './judge.ts';

export type Profile = 'helm4' | 'helm3';

/** `same`: what Helm 4 says. */
export type Recorded = Readonly<Record<string, { readonly helm4: Outcome; readonly helm3: Outcome | 'same' }>>;

export function recordedOutcome(recorded: Recorded, name: string, profile: Profile): Outcome | undefined {
  const both = recorded[name];
  return both === undefined ? undefined : profile === 'helm3' && both.helm3 !== 'same' ? both.helm3 : both.helm4;
}

/** Errors of templates that nest without end fill a hundred kilobytes. */
const LONG = 3000;

export function abridged(text: string): string {
  if (text.length <= LONG) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${text.slice(0, 500)}…${text.length} characters, ${digest}…${text.slice(-500)}`;
}

export function formatRecorded(recorded: Recorded): string {
  const lines = Object.entries(recorded).map(([name, both]) => `${JSON.stringify(name)}: ${JSON.stringify(both)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
