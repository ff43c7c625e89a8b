/** A plan for a terminal: releases, their objects, their fields. */
import { writeExactJson } from '../../../foundation/base/exact-json.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { fateText, isNothing, type PlannedRelease, planLines, planRow } from './planned-release.ts';

export function formatPlan(one: PlannedRelease): string {
  const id = definitionId(one.definition);
  const fate = fateText(one);
  const head = fate === undefined ? `${id}:` : `${id}: ${fate}`;
  if (isNothing(one)) return fate === undefined ? `${head} nothing to do\n` : `${head}\n`;
  const { sources = [], values = [] } = planRow(one);
  return `${[head, ...[...sources, ...values].map((text) => `  by ${text}`), ...textLines(one)].join('\n')}\n`;
}

function textLines(one: PlannedRelease): string[] {
  return planLines(one).flatMap(({ sign, what, object, note, causes = [], fields }) => [
    `  ${sign} ${what} ${object}${note === undefined ? '' : ` (${note})`}`,
    ...causes.map((cause) => `      by ${cause}`),
    ...fields.flatMap(({ pointer, before, after, causes: behind = [] }) => [
      `      ${pointer}: ${shownValue(before)} → ${shownValue(after)}`,
      ...behind.map((cause) => `        by ${cause}`),
    ]),
  ]);
}

export function shownValue(value: unknown, longest = 100): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : writeExactJson(value);
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}
