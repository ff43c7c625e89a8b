/** Expressions and what Helm 4.2.4 makes of them: found by asking it, over the values of evaluate.ts. */
export const ANSWERS: readonly (readonly [string, string])[] = [];

/** Expressions and the errors that they end in. */
export const ERRORS: readonly (readonly [string, string])[] = [
  ['buildCustomCert "!" "x"', 'unable to decode base64 certificate'],
  ['buildCustomCert "YQ==" "!"', 'unable to decode base64 private key'],
  ['buildCustomCert "YQ==" "YQ=="', 'unable to decode certificate'],
];
