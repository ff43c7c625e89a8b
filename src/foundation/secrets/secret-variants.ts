/**
 * The forms in which a secret turns up in texts: as it is, each of its longer lines, escaped for JSON (also twice, and as
 * Go does), YAML, HTML, URLs, shells and the errors of a values schema, a number as Go and that schema print it, and in base64 at
 * any of the three positions within a longer text.
 */
import { toBytes } from '../base/byte-string.ts';
import { resolveScalar } from '../yaml/resolve-scalar.ts';
import { skeletonOf } from './skeleton.ts';

/** Characters; shorter ones would mask half of every text. */
export const shortestSecret = 6;
const shortestLine = 8;
/** Of what is longer somebody may break the lines. */
const lineWidth = 60;
/** Longer values are looked for in pieces. A multiple of 3, for base64. */
const longest = 48 * 1024;

export function secretVariants(secret: string): Set<string> {
  const found = new Set<string>();
  for (const text of partsOf(secret))
    for (const variant of formsOf(text)) if (variant.length >= shortestSecret) found.add(variant);
  return found;
}

/** To be looked for in skeletons of texts: what may be escaped or spread over lines, and base64 at a fixed width. */
export function bareVariants(secret: string): Set<string> {
  const found = new Set<string>();
  const whole = secret.trim().slice(0, longest);
  if (whole.length > lineWidth || /[^\w.:/+=@%~-]/.test(whole)) found.add(skeletonOf(whole).text);
  if (whole.length * 1.33 > lineWidth) for (const form of base64Forms(toBytes(whole))) found.add(form);
  return found;
}

function* partsOf(secret: string): Generator<string> {
  const whole = secret.trim();
  if (whole.length < shortestSecret) return;
  for (let at = 0; at < whole.length; at += longest) yield whole.slice(at, at + longest);
  if (secret !== whole && secret.length <= longest) yield secret;
  if (!whole.includes('\n')) return;
  for (const line of whole.split('\n')) {
    const text = line.trim();
    const least = /\d/.test(text) ? shortestSecret : shortestLine;
    if (text.length >= least && !text.startsWith('-----')) yield text.slice(0, longest);
  }
}

/** As Go's `html` writes them. */
const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

function* formsOf(text: string): Generator<string> {
  yield text;
  const json = JSON.stringify(text).slice(1, -1);
  yield json;
  yield JSON.stringify(json).slice(1, -1);
  yield json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  yield json.replaceAll('\\"', '"').replaceAll("'", "\\'");
  yield text.replaceAll("'", "''");
  yield text.replaceAll("'", "'\\''");
  yield text.replace(/([\\"$`])/g, '\\$1');
  yield text.replace(/[&<>'"]/g, (char) => htmlEscapes[char] ?? char);
  const url = encodeURIComponent(text.toWellFormed());
  yield url;
  yield url.replaceAll('%20', '+');
  yield encodeURI(text.toWellFormed());
  const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  yield strict;
  yield strict.replaceAll('%20', '+').replaceAll('%2A', '*');
  yield* base64Forms(toBytes(text));
  if (/^[-+.]?\d/.test(text)) yield* numberForms(text);
}

/** Templates print `12345678` as `1.2345678e+07`, schemas as `1.2345678×10⁰⁷`, and `0xBC614E` is the same number. */
function* numberForms(text: string): Generator<string> {
  const resolved = resolveScalar(text);
  if (resolved?.type !== 'int' && resolved?.type !== 'float') return;
  const number = Math.abs(Number(resolved.value));
  if (!Number.isFinite(number)) return;
  yield String(resolved.value).replace(/^-/, '');
  yield number.toExponential().split('e')[0] ?? '';
  yield String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Of a longer text in base64 this is what the secret alone decides: the characters at its ends hold neighbours' bits too. */
function* base64Forms(bytes: Uint8Array): Generator<string> {
  for (const before of [0, 1, 2]) {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor((shifted.length * 8) / 6);
    const core = Buffer.from(shifted).toString('base64').slice(first, last);
    yield core;
    yield core.replaceAll('+', '-').replaceAll('/', '_');
  }
}
