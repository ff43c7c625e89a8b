/** Sprig's regex functions over Go's regexp. Only `regexMatch` forgives a bad pattern. */
import {
  compileRegexp,
  findAllRegexp,
  findRegexp,
  matchRegexp,
  quoteMeta,
  type Regexp,
  RegexpSyntaxError,
  replaceAllLiteral,
  replaceAllRegexp,
  splitRegexp,
} from '../../../foundation/base/regexp.ts';
import { canBackquote, quote } from '../../../foundation/template/quote.ts';
import { GoError, type GoFunction, type GoInt } from '../../../foundation/template/value.ts';
import { goFunction, stringSlice } from './go-function.ts';

function mustCompile(pattern: string): Regexp {
  try {
    return compileRegexp(pattern);
  } catch (error) {
    if (error instanceof RegexpSyntaxError) throw new GoError(error.message);
    throw error;
  }
}

/** MustCompile's panic names the pattern, quoted as Go's own regexp package does. */
function compile(pattern: string): Regexp {
  try {
    return mustCompile(pattern);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const quoted = canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern);
    throw new GoError(`regexp: Compile(${quoted}): ${error.message}`);
  }
}

const matches = (pattern: string, text: string): boolean => matchRegexp(mustCompile(pattern), text);

export const regexFunctions: readonly GoFunction[] = [
  goFunction('regexMatch', '(string, string) bool', (pattern: string, text: string) => {
    try {
      return matches(pattern, text);
    } catch (error) {
      if (error instanceof GoError) return false;
      throw error;
    }
  }),
  goFunction('mustRegexMatch', '(string, string) (bool, error)', matches),
  goFunction('regexFindAll', '(string, string, int) []string', (pattern: string, text: string, limit: GoInt) =>
    stringSlice(findAllRegexp(compile(pattern), text, Number(limit.value))),
  ),
  goFunction(
    'mustRegexFindAll',
    '(string, string, int) ([]string, error)',
    (pattern: string, text: string, limit: GoInt) =>
      stringSlice(findAllRegexp(mustCompile(pattern), text, Number(limit.value))),
  ),
  goFunction('regexFind', '(string, string) string', (pattern: string, text: string) =>
    findRegexp(compile(pattern), text),
  ),
  goFunction('mustRegexFind', '(string, string) (string, error)', (pattern: string, text: string) =>
    findRegexp(mustCompile(pattern), text),
  ),
  goFunction('regexReplaceAll', '(string, string, string) string', (pattern: string, text: string, by: string) =>
    replaceAllRegexp(compile(pattern), text, by),
  ),
  goFunction(
    'mustRegexReplaceAll',
    '(string, string, string) (string, error)',
    (pattern: string, text: string, by: string) => replaceAllRegexp(mustCompile(pattern), text, by),
  ),
  goFunction('regexReplaceAllLiteral', '(string, string, string) string', (pattern: string, text: string, by: string) =>
    replaceAllLiteral(compile(pattern), text, by),
  ),
  goFunction(
    'mustRegexReplaceAllLiteral',
    '(string, string, string) (string, error)',
    (pattern: string, text: string, by: string) => replaceAllLiteral(mustCompile(pattern), text, by),
  ),
  goFunction('regexSplit', '(string, string, int) []string', (pattern: string, text: string, limit: GoInt) =>
    stringSlice(splitRegexp(compile(pattern), text, Number(limit.value))),
  ),
  goFunction(
    'mustRegexSplit',
    '(string, string, int) ([]string, error)',
    (pattern: string, text: string, limit: GoInt) =>
      stringSlice(splitRegexp(mustCompile(pattern), text, Number(limit.value))),
  ),
  goFunction('regexQuoteMeta', '(string) string', quoteMeta),
];
