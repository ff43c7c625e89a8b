/** What is wrong with a text somebody wrote: found many at a time, printed with the line and a caret. */
import { formatPlace, HelmGitopsError, type Place } from './errors.ts';

export interface Problem {
  /** `area.name`, as of an error. */
  readonly code: string;
  readonly message: string;
  readonly place?: Place | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** An error that holds every problem of an input, so that they are reported at once. */
export type InvalidInput = HelmGitopsError & { readonly problems: readonly Problem[] };

export function invalidInput(code: string, problems: readonly Problem[]): InvalidInput {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const error = new HelmGitopsError(code, 'user', `${first?.message ?? 'invalid input'}${more}`, {
    place: first?.place,
    hint: first?.hint,
  });
  return Object.assign(error, { problems });
}

/** The problems an error holds; of any other error, the error itself as one. */
export function problemsOf(error: HelmGitopsError): readonly Problem[] {
  if ('problems' in error && Array.isArray(error.problems)) return error.problems as readonly Problem[];
  return [{ code: error.code, message: error.message, place: error.place, hint: error.hint }];
}

/** A user's mistake as an error is a problem; every other error is thrown on. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof HelmGitopsError) || error.fault !== 'user') throw error;
  return { code: error.code, message: error.message, place: error.place, hint: error.hint };
}

/**
 * ```
 * apps/shop.yaml:7:3: unknown field "replcas"
 *   7 |   replcas: 3
 *     |   ^
 *   did you mean "replicas"?
 * ```
 */
export function formatProblem(problem: Problem): string {
  const { place, message, hint } = problem;
  const lines = [place === undefined ? message : `${formatPlace(place)}: ${message}`];
  if (place?.excerpt !== undefined && place.line !== undefined) lines.push(...excerptWithCaret(place));
  if (hint !== undefined) lines.push(`  ${hint}`);
  return lines.join('\n');
}

/** Longer lines are cut around the column: a minified file must not fill the screen. */
const excerptWidth = 160;

function excerptWithCaret(place: Place): string[] {
  const number = String(place.line);
  const column = Math.max(1, place.column ?? 1);
  const start = column > excerptWidth ? column - Math.floor(excerptWidth / 2) : 0;
  const text = printable((place.excerpt ?? '').slice(start, start + excerptWidth));
  const lines = [`  ${number} | ${text}`];
  if (place.column !== undefined)
    lines.push(`  ${' '.repeat(number.length)} | ${text.slice(0, column - 1 - start).replace(/[^\t]/g, ' ')}^`);
  return lines;
}

/** Control characters of a hostile file never reach the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\u00b7');
}
