import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChallenge } from '../../../src/foundation/oci/challenge.ts';

const bearer = (realm: string, service?: string, scope?: string) => ({ type: 'bearer', realm, service, scope });

describe('parseChallenge', () => {
  test.each([
    [
      'Bearer realm="https://a/token",service="r",scope="repository:x:pull"',
      bearer('https://a/token', 'r', 'repository:x:pull'),
    ],
    ['bearer REALM="https://a/token" , Service=r', bearer('https://a/token', 'r')],
    ['Bearer realm="a\\"b,c"', bearer('a"b,c')],
    [
      'Bearer realm="https://a",scope="repository:x:pull,push repository:y:pull"',
      bearer('https://a', undefined, 'repository:x:pull,push repository:y:pull'),
    ],
    ['Basic realm="x", Bearer realm="https://a"', bearer('https://a')],
    ['Basic realm="Registry"', { type: 'basic' }],
    ['Basic', { type: 'basic' }],
    ['Negotiate, Basic realm="x"', { type: 'basic' }],
    ['Bearer realm="one",realm="two"', bearer('one')],
    ['Bearer error="invalid_token"', undefined],
    ['Bearer realm="unclosed', undefined],
    ['Digest realm="x"', undefined],
    ['', undefined],
    ['"junk"', undefined],
    ['realm="x"', undefined],
    [undefined, undefined],
    [`Bearer realm="${'x'.repeat(10_000)}"`, undefined],
  ])('%s', (header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });

  test('reads any header to its end', () => {
    const piece = fc.constantFrom('Bearer', 'Basic', 'realm', '=', '"', '\\', ',', ' ', 'x', '\t', ';');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 2000 }), (pieces) => {
        parseChallenge(pieces.join(''));
      }),
    );
  });
});
