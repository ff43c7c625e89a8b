/** What the `--set` grammar reads from, and how its parts tell that they failed. */

export interface RuneReader {
  readonly runes: readonly string[];
  readonly escapes: boolean;
  at: number;
}

/** A failure is returned, not thrown: on its way up the grammar still writes what it has read. */
export interface Failure {
  readonly message: string;
  /** It stems from the end of the input, which Helm 4 forgives wherever it comes from. */
  readonly wrapsEnd?: boolean;
}

export const endOfInput: Failure = { message: 'EOF', wrapsEnd: true };

export const wrapped = (context: string, failure: Failure): Failure => ({
  message: `${context}: ${failure.message}`,
  wrapsEnd: failure.wrapsEnd ?? false,
});

/** Where Go panics. */
export class Panic extends Error {
  override readonly name = 'Panic';
}

export function newRuneReader(text: string, escapes: boolean): RuneReader {
  return { runes: [...text], escapes, at: 0 };
}

/** Up to one of the `stop` characters, which is taken but not part of the text; without it `last` is undefined. */
export function runesUntil(input: RuneReader, stop: string): { text: string; last: string | undefined } {
  let text = '';
  for (;;) {
    const char = input.runes[input.at++];
    if (char === undefined) {
      input.at = input.runes.length;
      return { text, last: undefined };
    }
    if (stop.includes(char)) return { text, last: char };
    if (char === '\\' && input.escapes) text += input.runes[input.at++] ?? '';
    else text += char;
  }
}
