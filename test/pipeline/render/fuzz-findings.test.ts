/** Snippets in which fuzzing once found us apart from Helm; `npm run fuzz -- --record FILE` asks Helm again. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderOurs } from '../../conformance/fuzz/our-engine.ts';
import { type Findings, shownOutcome } from '../../conformance/fuzz/record-findings.ts';

describe.each(['helm3', 'helm4'] as const)('what fuzzing found, for %s', (compat) => {
  const file = new URL(`fuzz-findings.${compat}.recorded.json`, import.meta.url);
  const { values, rows } = JSON.parse(readFileSync(file, 'utf8')) as Findings;

  test.each(rows)('%s', (text, expected) => {
    expect(shownOutcome(renderOurs({ text, values }, compat))).toBe(expected);
  });
});
