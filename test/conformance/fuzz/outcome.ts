/** What a case is, and what a renderer makes of it. */

export interface FuzzCase {
  /** The template. */
  readonly text: string;
  /** JSON; a string that starts with INT64 is what --set makes of a whole number. */
  readonly values: string;
}

export const INT64 = '\u0001int64:';

export interface Outcome {
  readonly ok: boolean;
  /** One character a byte: output need not be UTF-8. */
  readonly text: string;
}

export const sameOutcome = (a: Outcome, b: Outcome): boolean => a.ok === b.ok && masked(a.text) === masked(b.text);

/** Go prints where a pointer or a function lies. */
const masked = (text: string): string => text.replace(/0x[0-9a-f]{6,12}\b/g, '0xPOINTER');
