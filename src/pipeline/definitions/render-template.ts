/**
 * Renders a mustache text, unescaped and strict: an unknown name is an error, never an empty string, and nothing but
 * the given variables can be reached.
 */
import Mustache from 'mustache';
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { suggestionHint } from '../../foundation/document/suggest-name.ts';

export type Variables = Readonly<Record<string, string>>;

export interface TemplateText {
  readonly text: string;
  readonly place?: Place | undefined;
}

/** Mustache's own token: kind, name, start, end, and for sections the tokens inside. */
type Token = readonly [kind: string, value: string, start: number, end: number, inner?: readonly Token[]];

/** What nearly all templates consist of, and Mustache needs the longest part of reading a large repository for. */
const NAME = /\{\{ *([A-Za-z_][\w.-]*) *\}\}/g;

export function renderTemplate({ text, place }: TemplateText, variables: Variables): string {
  if (!text.includes('{{')) return text;
  if (!text.includes('{{{') && !text.replaceAll(NAME, '').includes('{{'))
    return text.replaceAll(NAME, (_, name: string) => lookUp(name, variables, place));
  let tokens: readonly Token[];
  try {
    // Mustache's default writer keeps every text it ever parsed; this one keeps none.
    const writer = new Mustache.Writer() as Mustache.Writer & { templateCache: unknown };
    writer.templateCache = undefined;
    tokens = writer.parse(text) as unknown as readonly Token[];
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw templateError(`the template is broken: ${lowerFirst(message)}`, place);
  }
  return renderTokens(tokens, variables, place);
}

function renderTokens(tokens: readonly Token[], variables: Variables, place: Place | undefined): string {
  let output = '';
  for (const [kind, value, , , inner] of tokens) {
    if (kind === 'text') output += value;
    else if (kind === 'name' || kind === '&') output += lookUp(value, variables, place);
    else if (kind === '#' || kind === '^') {
      const given = isTrue(lookUp(value, variables, place));
      if (given === (kind === '#')) output += renderTokens(inner ?? [], variables, place);
    } else if (kind === '>') {
      throw templateError(`a template cannot include another: {{>${value}}}`, place);
    }
  }
  return output;
}

function lookUp(name: string, variables: Variables, place: Place | undefined): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value !== undefined) return value;
  throw templateError(`unknown name {{${name}}} in a template`, place, suggestionHint(name, Object.keys(variables)));
}

/** In sections: variables are text, so these two stand for no. */
function isTrue(value: string): boolean {
  return value !== '' && value !== 'false';
}

function templateError(message: string, place: Place | undefined, hint?: string): HelmGitopsError {
  return new HelmGitopsError('definition.template', 'user', message, { place, hint });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
