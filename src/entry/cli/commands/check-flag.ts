/** What Go and Helm have against the text of a flag; undefined where it is right. */
import { quote } from '../../../foundation/template/quote.ts';

type Check = (text: string) => string | undefined;

/** As time.ParseDuration. */
export const checkDuration: Check = (text) => {
  const shown = `duration ${quote(text)}`;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return undefined;
  if (rest === '') return `time: invalid ${shown}`;
  while (rest !== '') {
    const [number] = /^(?:\d+\.?\d*|\.\d+)/.exec(rest) ?? [];
    if (number === undefined) return `time: invalid ${shown}`;
    rest = rest.slice(number.length);
    const [unit = ''] = /^[^.\d]+/.exec(rest) ?? [];
    if (unit === '') return `time: missing unit in ${shown}`;
    if (!/^(?:ns|us|µs|μs|ms|s|m|h)$/.test(unit)) return `time: unknown unit ${quote(unit)} in ${shown}`;
    rest = rest.slice(unit.length);
  }
  return undefined;
};

export const checkFloat: Check = (text) =>
  /^[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:inf(?:inity)?|nan)$/i.test(text)
    ? undefined
    : `strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`;

export const checkInteger: Check = (text) =>
  /^[+-]?(?:\d+|0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+)$/.test(text)
    ? undefined
    : `strconv.ParseInt: parsing ${quote(text)}: invalid syntax`;

export const checkLabels: Check = (text) => {
  const pairs = text.split('=').length === 2 ? [text] : text.split(',');
  const wrong = pairs.find((pair) => !pair.includes('='));
  return wrong === undefined ? undefined : `${wrong} must be formatted as key=value`;
};

export const checkWait: Check = (text) =>
  ['watcher', 'hookOnly', 'legacy', 'true', 'false'].includes(text)
    ? undefined
    : `invalid wait input ${quote(text)}. Valid inputs are watcher, hookOnly, and legacy`;

export const checkColor: Check = (text) =>
  ['never', 'auto', 'always'].includes(text)
    ? undefined
    : `invalid color mode ${quote(text)}: must be one of: never, auto, always`;
