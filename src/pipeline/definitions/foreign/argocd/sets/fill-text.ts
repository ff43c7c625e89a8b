/**
 * Takes a text and parameters, returns it filled as an ApplicationSet's are: as a Go template, or with `{{name}}` replaced by
 * the parameter of that name. Pure.
 */
import { HelmGitopsError } from '../../../../../foundation/base/errors.ts';
import { setOwn } from '../../../../../foundation/document/set-own.ts';
import type { GoMap } from '../../../../../foundation/template/value.ts';
import type { RenderText } from '../../foreign-set.ts';

export interface Filling {
  readonly goTemplate: boolean;
  readonly missingKey: 'default' | 'zero' | 'error';
  readonly renderText: RenderText;
}

export function fillText(text: string, parameters: GoMap, { goTemplate, missingKey, renderText }: Filling): string {
  if (!text.includes('{{')) return text;
  if (goTemplate) return renderText(text, parameters, missingKey);
  // On one line, or the text counts as none.
  return /\{\{.*\}\}/.test(text) ? replaceTags(text, parameters) : text;
}

/** What no text parameter is called stays as it is written. */
function replaceTags(text: string, parameters: GoMap): string {
  let output = '';
  for (let at = 0; ; ) {
    const start = text.indexOf('{{', at);
    if (start < 0) return output + text.slice(at);
    const end = text.indexOf('}}', start + 2);
    if (end < 0) throw new HelmGitopsError('definition.generator', 'user', 'a {{ has no }}');
    const tag = text.slice(start + 2, end);
    const value = parameters.get(tag.trim());
    output += text.slice(at, start) + (typeof value === 'string' ? value : `{{${tag}}}`);
    at = end + 2;
  }
}

/** Every text of plain data, keys included. Of a map what is null is left out, as Argo CD does. */
export function fillData(data: unknown, fill: (text: string) => string): unknown {
  if (typeof data === 'string') return fill(data);
  if (Array.isArray(data)) return data.map((item) => fillData(item, fill));
  if (typeof data !== 'object' || data === null) return data;
  const filled: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) if (value !== null) setOwn(filled, fill(key), fillData(value, fill));
  return filled;
}
