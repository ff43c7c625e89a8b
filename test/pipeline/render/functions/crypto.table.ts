/** Expressions and what Helm 4.2.4 makes of them: found by asking it, over the values of evaluate.ts. */
export const ANSWERS: readonly (readonly [string, string])[] = [
  ['derivePassword 1 "long" "password" "user" "example.com"', 'ZedaFaxcZaso9*'],
  ['derivePassword 2 "maximum" "pé" "ü" "x"', 'bGcdEm4O(7If@wcuJu4/'],
  ['derivePassword 1 "pin" "" "" ""', '1578'],
  ['derivePassword 1 "nope" "a" "b" "c"', 'cannot find password template nope'],
  ['derivePassword 4294967295 "basic" "a" "b" "c"', 'WAc32ybk'],
  ['derivePassword 1 "medium" "a" "b" "c"', 'NamNij2@'],
  ['derivePassword 1 "short" "a" "b" "c"', 'Nam6'],
  ['decryptAES "k" ""', ''],
  ['decryptAES "secretkey" "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="', 'plaintext'],
];

/** Expressions and the errors that they end in. */
export const ERRORS: readonly (readonly [string, string])[] = [
  ['decryptAES "k" "!!!"', 'illegal base64 data at input byte 0'],
  ['decryptAES "k" "YWJj"', 'runtime error: slice bounds out of range [:16] with capacity 3'],
  ['decryptAES "k" "YWJjZGVmZ2hpamtsbW5vcA=="', 'runtime error: index out of range [-1]'],
  ['decryptAES "k" "YWJjZGVmZ2hpamtsbW5vcGFi"', 'crypto/cipher: input not full blocks'],
];
