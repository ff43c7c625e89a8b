/**
 * Renders a values file that is a mustache template: unescaped and strict, so that an unknown name is an error with its
 * line and never an empty string. Nothing but the given variables can be reached.
 */
import Mustache from 'mustache';
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';
import { valuesErrors } from './values-errors.table.ts';

type Variables = Readonly<Record<string, string>>;

/** Mustache's own token; sections hold the tokens inside. */
type Token = readonly [kind: string, value: string, start: number, end: number, inner?: readonly Token[]];

interface ValuesTemplate {
  readonly text: string;
  readonly file: string;
}

export interface RenderedValues {
  readonly text: string;
  /** The line of the template that each line of the text comes from. */
  readonly lines?: readonly number[] | undefined;
}

export function renderValuesTemplate(template: ValuesTemplate, variables: Variables): RenderedValues {
  let tokens: readonly Token[];
  try {
    tokens = Mustache.parse(template.text) as unknown as readonly Token[];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const at = Number(/ at (\d+)$/.exec(message)?.[1] ?? 0);
    throw templateError(`the template is broken: ${message.replace(/ at \d+$/, '')}`, placeAt(template, at));
  }
  const pieces = renderTokens(tokens, template, variables);
  return { text: pieces.map(({ text }) => text).join(''), lines: linesOf(pieces, template) };
}

interface Piece {
  readonly text: string;
  /** Where in the template it begins. */
  readonly start: number;
  /** Its lines are the template's; a variable's are all of the line that names it. */
  readonly own: boolean;
}

function renderTokens(tokens: readonly Token[], template: ValuesTemplate, variables: Variables): Piece[] {
  const pieces: Piece[] = [];
  for (const token of tokens) {
    const [kind, value, start, , inner = []] = token;
    if (kind === 'text') pieces.push({ text: value, start, own: true });
    else if (kind === 'name' || kind === '&') {
      pieces.push({ text: lookUp(token, template, variables), start, own: false });
    } else if (kind === '#' || kind === '^') {
      const text = lookUp(token, template, variables);
      // Variables are text, so these two stand for no.
      if ((text !== '' && text !== 'false') === (kind === '#'))
        pieces.push(...renderTokens(inner, template, variables));
    } else if (kind === '>') {
      throw templateError(`a values file cannot include another: {{>${value}}}`, placeAt(template, start));
    }
  }
  return pieces;
}

/** Of each line of the text, where its beginning comes from. Pieces stand in the template's order. */
function linesOf(pieces: readonly Piece[], template: ValuesTemplate): number[] {
  const lines: number[] = [];
  let begins = true;
  let [line, at] = [1, 0];
  for (const { text, start, own } of pieces) {
    for (; at < start; at++) if (template.text[at] === '\n') line += 1;
    const rows = text.split('\n');
    for (const [index, row] of rows.entries()) {
      begins ||= index > 0;
      if (!begins || (row === '' && index === rows.length - 1)) continue;
      lines.push(own ? line + index : line);
      begins = false;
    }
  }
  return lines;
}

function lookUp([, name, start]: Token, template: ValuesTemplate, variables: Variables): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value !== undefined) return value;
  const hint = suggestionHint(name, Object.keys(variables));
  throw templateError(`unknown name {{${name}}} in a values template`, placeAt(template, start), hint);
}

function placeAt({ text, file }: ValuesTemplate, at: number): Place {
  const before = text.slice(0, at).split('\n');
  const line = before.length;
  return { file, line, column: (before.at(-1)?.length ?? 0) + 1, excerpt: text.split('\n')[line - 1] ?? '' };
}

function templateError(message: string, place: Place, hint?: string): HelmGitopsError {
  return new HelmGitopsError('values.template', valuesErrors['values.template'].fault, message, { place, hint });
}
