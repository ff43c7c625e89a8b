// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as Flux writes them
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  SubstitutionError,
  substituteText,
} from '../../../../../src/pipeline/definitions/foreign/flux/substitute-text.ts';

const values = new Map([
  ['name', 'Shop'],
  ['path', 'a/b/c.tar.gz'],
  ['empty', ''],
  ['_x1', 'y'],
]);
const substitute = (text: string) => substituteText(text, values);

test.each([
  ['no variables $here, $1 and {braces}', 'no variables $here, $1 and {braces}'],
  ['a ${name} b', 'a Shop b'],
  ['${_x1}${name}', 'yShop'],
  ['[${unknown}]', '[]'],
  ['${unknown:-text with spaces}', 'text with spaces'],
  ['${unknown:=x}${unknown=y}', 'xy'],
  ['${empty:-x}', 'x'],
  ['${name:-x}', 'Shop'],
  ['${unknown:-${name}-1}', 'Shop-1'],
  ['$${name} and $$', '${name} and $'],
  ['${#name}', '4'],
  ['${name^^} ${name,,} ${_x1^} ${name,}', 'SHOP shop Y shop'],
  ['${name:1} ${name:1:2} ${name:-2}', 'hop ho Shop'],
  ['${name:9}', ''],
  ['${name/o/0} ${path//\\//-}', 'Sh0p a-b-c.tar.gz'],
  ['${name/#S/s} ${name/%p/P} ${name/#x/y}', 'shop ShoP Shop'],
  ['${path#*/} ${path##*/}', 'b/c.tar.gz c.tar.gz'],
  ['${path%.*} ${path%%.*}', 'a/b/c.tar a/b/c'],
])('%s', (text, expected) => {
  expect(substitute(text)).toBe(expected);
});

test.each(['${', '${name', '${}', '${-x}', '${name:-x', '${name!}'])('%s is broken', (text) => {
  expect(() => substitute(text)).toThrow(SubstitutionError);
});

test('any text ends in a text or in an error of its own', () => {
  const part = fc.constantFrom('$', '{', '}', ':', '-', 'name', '#', '%', '/', '\\', '*', '^', '=', ' ', 'é', '1');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 24 }), (parts) => {
      try {
        substitute(parts.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(SubstitutionError);
      }
    }),
  );
});
