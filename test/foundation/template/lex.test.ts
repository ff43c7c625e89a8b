import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newLexer, nextToken, type Token } from '../../../src/foundation/template/lex.ts';

function tokens(text: string): Token[] {
  const lexer = newLexer(text, { breakOk: true, continueOk: true });
  const all: Token[] = [];
  for (;;) {
    const token = nextToken(lexer);
    all.push(token);
    if (token.type === 'eof' || token.type === 'error') return all;
  }
}

const shown = (text: string): string =>
  tokens(text)
    .map((token) => `${token.type}:${token.value}`)
    .join(' ');

describe('tokens', () => {
  test.each([
    ['', 'eof:'],
    ['a {{.b.c}} d', 'text:a  leftDelim:{{ field:.b field:.c rightDelim:}} text: d eof:'],
    ['a {{- 1 -}} d', 'text:a leftDelim:{{ number:1 rightDelim:}} text:d eof:'],
    ['{{-1}}', 'leftDelim:{{ number:-1 rightDelim:}} eof:'],
    ['x {{- /* c */ -}} y', 'text:x text:y eof:'],
    [
      '{{$x, $ := . | f}}',
      'leftDelim:{{ variable:$x char:, space:  variable:$ space:  declare::= space:  dot:. space:  pipe:| space:  identifier:f rightDelim:}} eof:',
    ],
    ['{{range break}}', 'leftDelim:{{ range:range space:  break:break rightDelim:}} eof:'],
    ['{{"a\\"}}"}}', 'leftDelim:{{ string:"a\\"}}" rightDelim:}} eof:'],
    ["{{'\\''}}", "leftDelim:{{ charConstant:'\\'' rightDelim:}} eof:"],
    ['{{`a\n}}`}}', 'leftDelim:{{ rawString:`a\n}}` rightDelim:}} eof:'],
    ['{{1+2i 0x1Fp-2 .5}}', 'leftDelim:{{ complex:1+2i space:  number:0x1Fp-2 space:  number:.5 rightDelim:}} eof:'],
    ['{{true  -}} ', 'leftDelim:{{ bool:true space:  rightDelim:}} eof:'],
    ['{{(nil)}}', 'leftDelim:{{ leftParen:( nil:nil rightParen:) rightDelim:}} eof:'],
    ['{{é_1}}', 'leftDelim:{{ identifier:é_1 rightDelim:}} eof:'],
    ['{{\u{1F600}}}', "leftDelim:{{ error:unrecognized character in action: U+1F600 '\u{1F600}'"],
    ['{{\udcff}}', "leftDelim:{{ error:unrecognized character in action: U+FFFD '\ufffd'"],
    ['{{a#}}', "leftDelim:{{ error:bad character U+0023 '#'"],
  ])('of %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('break and continue are identifiers where functions have those names', () => {
    const lexer = newLexer('{{break}}', { breakOk: false, continueOk: false });
    nextToken(lexer);
    expect(nextToken(lexer).type).toBe('identifier');
  });
});

const piece = fc.constantFrom(
  '{{',
  '}}',
  '{{-',
  ' -}}',
  '{{- ',
  '/*',
  '*/',
  '"',
  '`',
  "'",
  '\\',
  '(',
  ')',
  '.',
  '$',
  ':=',
  '=',
  '|',
  ',',
  ' ',
  '\n',
  'a',
  'é',
  '\u{1F600}',
  '\udc80',
  '1',
  '0x',
  'e',
  '+',
  'i',
  'if',
  'end',
);
const soup = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('whatever the text', () => {
  test('lexing ends, moves forward, and every token but an error stands in the text where it says', () => {
    fc.assert(
      fc.property(soup, (text) => {
        let last = 0;
        for (const token of tokens(text)) {
          if (token.type === 'error') return;
          expect(token.pos).toBeGreaterThanOrEqual(last);
          expect(text.startsWith(token.value, token.pos)).toBe(true);
          last = token.pos + token.value.length;
        }
      }),
    );
  });

  test('text without actions is one token', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('{{') && text !== '');
        expect(tokens(text)).toEqual([
          { type: 'text', pos: 0, value: text },
          { type: 'eof', pos: text.length, value: '' },
        ]);
      }),
    );
  });
});
