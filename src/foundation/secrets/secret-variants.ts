/**
 * The forms in which a secret turns up in texts: as it is, each of its longer lines, escaped for JSON (also twice, and as
 * Go does), YAML, URLs and shells, and in base64 at any of the three positions within a longer text.
 */
import { toBytes } from '../base/byte-string.ts';

/** Characters; shorter ones would mask half of every text. */
export const shortestSecret = 6;
const shortestLine = 8;
/** Longer values are looked for in pieces. A multiple of 3, for base64. */
const longest = 48 * 1024;

export function secretVariants(secret: string): Set<string> {
  const found = new Set<string>();
  for (const text of partsOf(secret))
    for (const variant of formsOf(text)) if (variant.length >= shortestSecret) found.add(variant);
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
    if (text.length >= shortestLine && !text.startsWith('-----')) yield text.slice(0, longest);
  }
}

function* formsOf(text: string): Generator<string> {
  yield text;
  const json = JSON.stringify(text).slice(1, -1);
  yield json;
  yield JSON.stringify(json).slice(1, -1);
  yield json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  yield text.replaceAll("'", "''");
  yield text.replaceAll("'", "'\\''");
  yield text.replace(/([\\"$`])/g, '\\$1');
  const url = encodeURIComponent(text.toWellFormed());
  yield url;
  yield url.replaceAll('%20', '+');
  yield encodeURI(text.toWellFormed());
  const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  yield strict;
  yield strict.replaceAll('%20', '+').replaceAll('%2A', '*');
  yield* base64Forms(toBytes(text));
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
