/** A plan for a terminal: releases, their objects, their fields. */
import { writeExactJson } from '../../../foundation/base/exact-json.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import type { Operation } from '../../../pipeline/plan/plan.ts';
import { fateText, isNothing, type PlannedRelease, planRow } from './planned-release.ts';

export const signs: Readonly<Record<Operation, string>> = {
  create: '+',
  update: '~',
  adopt: '~',
  delete: '-',
  keep: '=',
  unchanged: ' ',
  refused: '!',
  replacementRefused: '!',
};

export function formatPlan(one: PlannedRelease): string {
  const id = definitionId(one.definition);
  const fate = fateText(one);
  const head = fate === undefined ? `${id}:` : `${id}: ${fate}`;
  if (isNothing(one)) return fate === undefined ? `${head} nothing to do\n` : `${head}\n`;
  const { sources = [], values = [] } = planRow(one);
  return `${[head, ...[...sources, ...values].map((text) => `  by ${text}`), ...changeLines(one)].join('\n')}\n`;
}

function changeLines(one: PlannedRelease): string[] {
  const lines: string[] = [];
  for (const { object, operation, fields, reason, causes = [] } of planRow(one).changes) {
    if (operation === 'unchanged') continue;
    lines.push(`  ${signs[operation]} ${operation} ${object}${reason === undefined ? '' : ` (${reason})`}`);
    for (const cause of causes) lines.push(`      by ${cause}`);
    for (const { pointer, before, after, causes: behind = [] } of fields) {
      lines.push(`      ${pointer}: ${shownValue(before)} → ${shownValue(after)}`);
      for (const cause of behind) lines.push(`        by ${cause}`);
    }
  }
  return lines;
}

export function shownValue(value: unknown, longest = 100): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : writeExactJson(value);
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}
