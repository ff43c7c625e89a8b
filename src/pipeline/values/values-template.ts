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

export function renderValuesTemplate(template: ValuesTemplate, variables: Variables): string {
  let tokens: readonly Token[];
  try {
    tokens = Mustache.parse(template.text) as unknown as readonly Token[];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const at = Number(/ at (\d+)$/.exec(message)?.[1] ?? 0);
    throw templateError(`the template is broken: ${message.replace(/ at \d+$/, '')}`, placeAt(template, at));
  }
  return renderTokens(tokens, template, variables);
}

function renderTokens(tokens: readonly Token[], template: ValuesTemplate, variables: Variables): string {
  let output = '';
  for (const token of tokens) {
    const [kind, value, start, , inner = []] = token;
    if (kind === 'text') output += value;
    else if (kind === 'name' || kind === '&') output += lookUp(token, template, variables);
    else if (kind === '#' || kind === '^') {
      const text = lookUp(token, template, variables);
      // Variables are text, so these two stand for no.
      if ((text !== '' && text !== 'false') === (kind === '#')) output += renderTokens(inner, template, variables);
    } else if (kind === '>') {
      throw templateError(`a values file cannot include another: {{>${value}}}`, placeAt(template, start));
    }
  }
  return output;
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
