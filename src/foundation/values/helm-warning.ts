/**
 * What Helm says on standard error and then goes on. Each Helm has its own words: version 4 logs by level and attributes,
 * version 3 a line that begins with the place in its own source.
 */
import { quote } from '../template/quote.ts';
import { isPrint } from '../template/runes.ts';
import type { Compat } from './read-values.ts';

export interface HelmWarning {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly attributes?: readonly (readonly [name: string, text: string])[];
  /** Helm 3's line; undefined where it has none. */
  readonly helm3: string | undefined;
}

export type Warn = (warning: HelmWarning) => void;

/** A line, or nothing. */
export function formatWarning({ level, message, attributes = [], helm3 }: HelmWarning, compat: Compat): string {
  if (compat === 'helm3') return helm3 === undefined ? '' : `${helm3}\n`;
  const line = [['level', level] as const, ['msg', message] as const, ...attributes]
    .map(([name, text]) => `${name}=${quotedIfNeeded(text)}`)
    .join(' ');
  return `${line}\n`;
}

/** As Go's slog.TextHandler. */
function quotedIfNeeded(text: string): string {
  return text === '' || /[\s"=\\\u0000-\u001f\u007f\ufffd]/.test(text.replaceAll('\\', '')) || !printable(text)
    ? quote(text)
    : text;
}

const printable = (text: string): boolean => [...text].every((char) => isPrint(char.codePointAt(0) ?? 0));
