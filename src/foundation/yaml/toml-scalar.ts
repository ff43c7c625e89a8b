/** The values of TOML's scalars, with the words of BurntSushi/toml 1.6.0 for what is none. */
import { quote } from '../template/quote.ts';
import { GoInt, type GoValue } from '../template/value.ts';
import { TomlProblem, type TomlToken } from './scan-toml.ts';
import { type NewTomlTime, readTomlTime } from './toml-time.ts';

export const problem = (line: number, message: string): never => {
  throw new TomlProblem(line, message);
};

export function scalarOf(token: TomlToken, newTime: NewTomlTime): GoValue {
  switch (token.type) {
    case 'integer':
      return integer(token);
    case 'float':
      return float(token);
    case 'bool':
      return token.text === 'true';
    case 'datetime':
      return readTomlTime(token.text, newTime) ?? problem(token.line, `invalid datetime: ${quote(timeText(token))}`);
  }
  return textOf(token);
}

const timeText = ({ text }: TomlToken): string => text.replaceAll('z', 'Z').replace(/[t ]/g, 'T');

/** A number's underscores stand between digits. */
const underscoresFit = (text: string): boolean =>
  /^[-+]?(?:nan|inf)$/.test(text) || (!/(?:^|[^0-9a-fA-F])_/.test(text) && /[0-9a-fA-F]$/.test(text));
const leadsWithZero = (text: string): boolean => /^0[^box]/.test(text) || /^[-+]0./.test(text);

function integer({ text, line }: TomlToken): GoInt {
  const invalid = (why: string): never => problem(line, `Invalid integer ${quote(text)}: ${why}`);
  if (!underscoresFit(text)) invalid('underscores must be surrounded by digits');
  if (leadsWithZero(text)) invalid('cannot have leading zeroes');
  const digits = text.replaceAll('_', '');
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''));
  if (BigInt.asIntN(64, value) !== value) problem(line, `${text} is out of range for int64`);
  return new GoInt('int64', value);
}

function float({ text, line }: TomlToken): number {
  const invalid = (why: string): never => problem(line, `Invalid float ${quote(text)}: ${why}`);
  const parts = text.split(/[.eE]/).filter((part) => part !== '');
  if (!parts.every(underscoresFit)) invalid('underscores must be surrounded by digits');
  if (leadsWithZero(parts[0] ?? '')) invalid('cannot have leading zeroes');
  if (/\.(?![0-9])/.test(text)) invalid("'.' must be followed by one or more digits");
  if (/^[-+]?nan$/.test(text)) return Number.NaN;
  if (/^[-+]?inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const digits = text.replaceAll('_', '');
  if (!/^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(digits)) problem(line, `Invalid float value: ${quote(text)}`);
  const value = Number(digits);
  if (!Number.isFinite(value)) problem(line, `${text} is out of range for float64`);
  return value;
}

const NAMED: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\x1b' };

export function textOf(token: TomlToken): string {
  if (token.type === 'raw') return token.text;
  const text = token.type === 'multiline' ? withoutEscapedNewlines(token.text) : token.text;
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x(..)|u(....)|U(........)|([\s\S]))/g, (_, x, u, long, char: string | undefined) => {
    const hex: string | undefined = x ?? u ?? long;
    if (hex !== undefined) return character(hex, token);
    if (char === ' ' || char === '\t') return problem(token.line, `invalid escape: '\\${char}'`);
    return NAMED[char ?? ''] ?? char ?? '';
  });
}

function character(hex: string, { line }: TomlToken): string {
  const rune = Number.parseInt(hex, 16);
  const valid = rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff);
  return valid ? String.fromCodePoint(rune) : problem(line, `Escaped character '\\u${hex}' is not valid UTF-8.`);
}

/** A backslash before the end of a line takes away the line's end and what space follows. */
const withoutEscapedNewlines = (text: string): string =>
  text.replace(/\\\\|\\[ \t\r]*\n[ \t\r\n]*/g, (found) => (found === '\\\\' ? found : ''));
