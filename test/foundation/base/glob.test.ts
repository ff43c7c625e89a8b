import { describe, expect, test } from 'vitest';
import { compileGlob, GlobError, matchFilepath } from '../../../src/foundation/base/glob.ts';
import { MATCHES } from './glob.table.ts';

function answer(match: () => boolean): string {
  try {
    return String(match());
  } catch (error) {
    expect(error).toBeInstanceOf(GlobError);
    return 'error';
  }
}

describe('globs', () => {
  test.each(MATCHES)('%j and %j: gobwas says %s, filepath.Match %s', (pattern, name, gobwas, filepath) => {
    expect(answer(() => compileGlob(pattern)(name))).toBe(gobwas);
    expect(answer(() => matchFilepath(pattern, name))).toBe(filepath);
  });

  test('many stars on a long name take no exponential time', () => {
    const name = 'a'.repeat(2000);
    expect(compileGlob(`${'a*'.repeat(40)}b`)(name)).toBe(false);
    expect(compileGlob(`${'{a,aa}'.repeat(40)}b`)(name)).toBe(false);
    expect(matchFilepath(`${'a*'.repeat(40)}b`, name)).toBe(false);
  });
});
