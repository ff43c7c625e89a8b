/**
 * Directives, anchors, aliases and tags of the YAML scanner. Takes the scanner at the `%`, `&`, `*` or `!` and returns the
 * token. It never expands a tag handle: the parser knows the directives.
 */
import {
  isAlpha,
  isBlankZ,
  isBreak,
  type Scanner,
  type SimpleKey,
  scannerError,
  skipLine,
  TAG,
  TAG_DIRECTIVE,
  type Token,
  VERSION_DIRECTIVE,
} from './token.ts';

const at = (s: Scanner): number => s.text.charCodeAt(s.pos);

function skipBlanks(s: Scanner): void {
  while (at(s) === 32 || at(s) === 9) s.pos++;
}

function scanWord(s: Scanner): string {
  const from = s.pos;
  while (isAlpha(at(s))) s.pos++;
  return s.text.slice(from, s.pos);
}

export function scanDirective(s: Scanner): Token {
  const { line } = s;
  s.pos++;
  const name = scanWord(s);
  if (name === '') throw scannerError(s, line, 'could not find expected directive name');
  if (!isBlankZ(at(s))) throw scannerError(s, line, 'found unexpected non-alphabetical character');
  let type = VERSION_DIRECTIVE;
  let value = '';
  let suffix = '';
  if (name === 'YAML') {
    value = scanVersion(s, line);
  } else if (name === 'TAG') {
    type = TAG_DIRECTIVE;
    skipBlanks(s);
    value = scanTagHandle(s, true, line);
    if (at(s) !== 32 && at(s) !== 9) throw scannerError(s, line, 'did not find expected whitespace');
    skipBlanks(s);
    suffix = scanTagUri(s, '', line);
    if (!isBlankZ(at(s))) throw scannerError(s, line, 'did not find expected whitespace or line break');
  } else {
    throw scannerError(s, line, 'found unknown directive name');
  }
  skipBlanks(s);
  if (at(s) === 35) while (!(isBreak(at(s)) || at(s) === 0)) s.pos++;
  if (isBreak(at(s))) skipLine(s);
  else if (at(s) !== 0) throw scannerError(s, line, 'did not find expected comment or line break');
  return { type, line, value, suffix, plain: false, key: undefined };
}

function scanVersion(s: Scanner, line: number): string {
  skipBlanks(s);
  const major = scanVersionNumber(s, line);
  if (at(s) !== 46) throw scannerError(s, line, "did not find expected digit or '.' character");
  s.pos++;
  return `${major}.${scanVersionNumber(s, line)}`;
}

function scanVersionNumber(s: Scanner, line: number): number {
  const from = s.pos;
  while (at(s) >= 48 && at(s) <= 57) {
    if (s.pos - from === 2) throw scannerError(s, line, 'found extremely long version number');
    s.pos++;
  }
  if (s.pos === from) throw scannerError(s, line, 'did not find expected version number');
  return Number(s.text.slice(from, s.pos));
}

export function scanAnchor(s: Scanner, type: number, key: SimpleKey | undefined): Token {
  const { line } = s;
  s.pos++;
  const value = scanWord(s);
  if (value === '' || !(isBlankZ(at(s)) || '?:,]}%@`'.includes(s.text.charAt(s.pos)))) {
    throw scannerError(s, line, 'did not find expected alphabetic or numeric character');
  }
  return { type, line, value, suffix: '', plain: false, key };
}

export function scanTag(s: Scanner, key: SimpleKey | undefined): Token {
  const { line } = s;
  let handle = '';
  let suffix: string;
  if (s.text.charCodeAt(s.pos + 1) === 60) {
    s.pos += 2;
    suffix = scanTagUri(s, '', line);
    if (at(s) !== 62) throw scannerError(s, line, "did not find the expected '>'");
    s.pos++;
  } else {
    handle = scanTagHandle(s, false, line);
    if (handle.length > 1 && handle.endsWith('!')) {
      suffix = scanTagUri(s, '', line);
    } else {
      suffix = scanTagUri(s, handle, line);
      // The tag `!` alone has no handle and itself as suffix.
      if (suffix === '') suffix = '!';
      handle = suffix === '!' ? '' : '!';
    }
  }
  if (!isBlankZ(at(s))) throw scannerError(s, line, 'did not find expected whitespace or line break');
  return { type: TAG, line, value: handle, suffix, plain: false, key };
}

function scanTagHandle(s: Scanner, directive: boolean, line: number): string {
  if (at(s) !== 33) throw scannerError(s, line, "did not find expected '!'");
  s.pos++;
  let handle = `!${scanWord(s)}`;
  if (at(s) === 33) {
    s.pos++;
    handle += '!';
  } else if (directive && handle !== '!') {
    throw scannerError(s, line, "did not find expected '!'");
  }
  return handle;
}

const URI_CHARACTERS = ";/?:@&=+$,.!~*'()[]";

/** `head` is a handle already read that turned out to belong to the tag. */
function scanTagUri(s: Scanner, head: string, line: number): string {
  let uri = head.slice(1);
  let found = head !== '';
  for (;;) {
    const c = s.text.charAt(s.pos);
    if (c === '%') uri += scanUriEscapes(s, line);
    else if (c !== '\0' && (isAlpha(at(s)) || URI_CHARACTERS.includes(c))) {
      uri += c;
      s.pos++;
    } else break;
    found = true;
  }
  if (!found) throw scannerError(s, line, 'did not find expected tag URI');
  return uri;
}

function utf8Width(octet: number): number {
  if (octet < 0x80) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}

function scanUriEscapes(s: Scanner, line: number): string {
  const octets: number[] = [];
  let left = 1;
  while (left > 0) {
    const match = /^%([0-9a-fA-F]{2})/.exec(s.text.slice(s.pos, s.pos + 3));
    if (match === null) throw scannerError(s, line, 'did not find URI escaped octet');
    const octet = Number.parseInt(match[1] ?? '', 16);
    if (octets.length === 0) {
      left = utf8Width(octet);
      if (left === 0) throw scannerError(s, line, 'found an incorrect leading UTF-8 octet');
    } else if ((octet & 0xc0) !== 0x80) {
      throw scannerError(s, line, 'found an incorrect trailing UTF-8 octet');
    }
    octets.push(octet);
    s.pos += 3;
    left--;
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
}
