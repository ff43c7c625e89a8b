/** Expressions and what Helm 4.2.4 makes of them: found by asking it, over the values of evaluate.ts. */
export const ANSWERS: readonly (readonly [string, string])[] = [
  ['sha1sum "a"', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
  ['sha256sum "é"', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
  [
    'sha512sum ""',
    'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  ],
  ['adler32sum "hello world"', '436929629'],
  ['adler32sum ""', '1'],
  ['sha256sum (b64dec "/w==")', 'a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89'],
];
