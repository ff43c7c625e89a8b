/** Expressions and the errors that they end in: found by asking Helm 4.2.4, over the values of evaluate.ts. */
export const ERRORS: readonly (readonly [string, string])[] = [
  ['buildCustomCert "!" "x"', 'unable to decode base64 certificate'],
  ['buildCustomCert "YQ==" "!"', 'unable to decode base64 private key'],
  ['buildCustomCert "YQ==" "YQ=="', 'unable to decode certificate'],
];
