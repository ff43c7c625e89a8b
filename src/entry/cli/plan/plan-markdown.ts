/** A plan as the comment of a pull request: a summary, what must be looked at first, then each release folded away. */
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { formatPlan } from './plan-table.ts';
import { isNothing, lookFirst, type PlannedRelease, summarize } from './planned-release.ts';

export interface PlanHead {
  /** `3f2a1c9 against 1b2c3d4`; undefined: against the live clusters as git is now. */
  readonly revisions: string | undefined;
  readonly offline: boolean;
  /** Problems of definitions, as they are told on stderr. */
  readonly problems: readonly string[];
}

/** Characters; forges take 65,536 in a comment. */
const longest = 60_000;
const mostFirst = 20;

export function planMarkdown(planned: readonly PlannedRelease[], head: PlanHead): string {
  const busy = planned.filter((one) => !isNothing(one));
  const parts = [
    `### helm-gitops plan${head.revisions === undefined ? '' : `: ${head.revisions}`}\n`,
    head.offline ? 'Compared as rendered, without asking a cluster.\n' : undefined,
    head.problems.length === 0 ? undefined : `**Problems**\n\n${fenced(head.problems.join('\n'), '')}\n`,
    busy.length === 0 ? 'Nothing to do.\n' : summaryTable(busy),
    firstList(lookFirst(busy)),
  ].filter((part) => part !== undefined);
  let text = parts.join('\n');
  for (const [index, one] of busy.entries()) {
    const section = `\n${releaseSection(one)}`;
    if (text.length + section.length > longest) {
      const rest = busy.length - index;
      return `${text}\n${rest} more release${rest === 1 ? '' : 's'} left out: \`helm-gitops plan\` prints all.\n`;
    }
    text += section;
  }
  return text;
}

function summaryTable(busy: readonly PlannedRelease[]): string {
  const lines = [
    '| environment | releases | create | update | delete | refused | restarts |',
    '|---|--:|--:|--:|--:|--:|--:|',
  ];
  for (const { environment, releases, create, update, delete: gone, refused, restarts } of summarize(busy)) {
    lines.push(`| ${cell(environment)} | ${[releases, create, update, gone, refused, restarts].join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

function firstList(lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  const shown = lines.slice(0, mostFirst).map((line) => `- ${plain(line)}`);
  if (lines.length > mostFirst) shown.push(`- and ${lines.length - mostFirst} more`);
  return `**Look at these first**\n\n${shown.join('\n')}\n`;
}

function releaseSection(one: PlannedRelease): string {
  const { cluster, namespace } = one.definition;
  const where = `${namespace} of ${cluster}`;
  const summary = `<b>${escaped(definitionId(one.definition))}</b> in ${escaped(where)}`;
  return `<details><summary>${summary}</summary>\n\n${fenced(formatPlan(one).trimEnd(), 'text')}\n</details>\n`;
}

/** No text can end its own fence. */
export function fenced(text: string, language: string): string {
  const runs = [...text.matchAll(/`{3,}/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(2, ...runs) + 1);
  return `${fence}${language}\n${text}\n${fence}\n`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Of a chart's own words nothing is read as Markdown, a mention or a link. */
export const plain = (text: string): string =>
  escaped(text.replaceAll(/\s+/g, ' '))
    .replaceAll(/[\\`*_[\]#|~@!]/g, (sign) => `\\${sign}`)
    .replaceAll('\\@', '@\u200b');

const cell = (text: string): string => plain(text);
