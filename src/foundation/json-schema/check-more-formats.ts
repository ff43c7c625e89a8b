/** Formats that the drafts, or the library that Helm uses, know beside the usual ones. */
import { urlProblem } from './schema-url.ts';

/** ISO 8601, as RFC 3339 has it: `P1DT2H`, `P3W`. */
export function duration(text: string): string | undefined {
  if (!text.startsWith('P')) return 'must start with P';
  const parts = text.slice(1);
  if (parts === '') return 'nothing after P';
  if (parts.endsWith('W')) {
    if (parts === 'W') return 'no number in week';
    return /^\d+W$/.test(parts) ? undefined : 'invalid week';
  }
  for (const [index, part] of parts.split('T').entries()) {
    if (index > 0 && part === '') return 'no time elements';
    const units = ['YMD', 'HMS'][index];
    if (units === undefined) return 'more than one T';
    const wrong = unitsProblem(part, units);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function unitsProblem(part: string, units: string): string | undefined {
  let left = units;
  for (let rest = part; rest !== ''; ) {
    const [digits = ''] = /^\d*/.exec(rest) ?? [];
    if (digits === '') return 'missing number';
    const unit = rest[digits.length];
    if (unit === undefined) return 'missing unit';
    const at = left.indexOf(unit);
    if (at < 0) return units.includes(unit) ? `unit '${unit}' out of order` : `invalid unit '${unit}'`;
    left = left.slice(at + 1);
    rest = rest.slice(digits.length + 1);
  }
  return undefined;
}

export function semver(text: string): string | undefined {
  const plus = text.indexOf('+');
  if (plus >= 0) {
    const build = text.slice(plus + 1);
    const wrong = build === '' ? 'build is empty' : identifiersProblem(build, 'build');
    if (wrong !== undefined) return wrong;
  }
  const version = plus < 0 ? text : text.slice(0, plus);
  const dash = version.indexOf('-');
  if (dash >= 0) {
    const label = version.slice(dash + 1);
    const wrong = identifiersProblem(label, 'pre-release');
    if (wrong !== undefined) return wrong;
    if (label.split('.').some((part) => /^0\d+$/.test(part))) return 'pre-release numeric identifier starts with zero';
  }
  return coreProblem((dash < 0 ? version : version.slice(0, dash)).split('.'));
}

function coreProblem(numbers: readonly string[]): string | undefined {
  if (numbers.length !== 3) return 'versionCore must have 3 numbers separated by dot';
  for (const [index, name] of ['major', 'minor', 'patch'].entries()) {
    const number = numbers[index] ?? '';
    if (number === '') return `${name} is empty`;
    if (number.length > 1 && number.startsWith('0')) return `${name} starts with zero`;
    if (!/^\d+$/.test(number)) return `${name} contains non-digit`;
  }
  return undefined;
}

function identifiersProblem(text: string, what: string): string | undefined {
  for (const part of text.split('.')) {
    if (part === '') return `${what} identifier is empty`;
    const odd = /[^0-9a-zA-Z-]/u.exec(part)?.[0];
    if (odd !== undefined) return `invalid character '${odd}' in ${what} identifier`;
  }
  return undefined;
}

export function uriTemplate(text: string): string | undefined {
  const wrong = urlProblem(text);
  if (wrong !== undefined) return wrong;
  let open = false;
  for (const char of text.replace(/[?#].*$/s, '')) {
    if (char === '/' && open) return 'no matching closing brace';
    if (char !== '{' && char !== '}') continue;
    if ((char === '{') === open) return 'nested curly braces';
    open = char === '{';
  }
  return open ? 'no matching closing brace' : undefined;
}
