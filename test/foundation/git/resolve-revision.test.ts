import { describe, expect, test } from 'vitest';
import { refPatterns, resolveRevision } from '../../../src/foundation/git/resolve-revision.ts';

const refs = new Map([
  ['HEAD', '00'],
  ['refs/heads/main', 'aa'],
  ['refs/heads/v1.x', 'bb'],
  ['refs/tags/v1.0.0', 't100'],
  ['refs/tags/v1.9.0', 't190'],
  ['refs/tags/v1.10.0', 't1100'],
  ['refs/tags/2.0.0', 't200'],
  ['refs/tags/v3.0.0-rc.1', 't300'],
  ['refs/tags/nightly', 'tn'],
]);
const tags = new Map([['refs/tags/v1.10.0', 'object']]);
const resolve = (revision: string | undefined) => resolveRevision(revision, { refs, tags, head: 'refs/heads/main' });

describe('resolveRevision', () => {
  test.each([
    [undefined, 'refs/heads/main', '00'],
    ['main', 'refs/heads/main', 'aa'],
    ['nightly', 'refs/tags/nightly', 'tn'],
    ['v1.0.0', 'refs/tags/v1.0.0', 't100'],
    ['v1.x', 'refs/heads/v1.x', 'bb'],
    ['1.x', 'refs/tags/v1.10.0', 't1100'],
    ['>=1.0 <2', 'refs/tags/v1.10.0', 't1100'],
    ['~1.9', 'refs/tags/v1.9.0', 't190'],
    ['*', 'refs/tags/2.0.0', 't200'],
    ['>=3.0.0-0', 'refs/tags/v3.0.0-rc.1', 't300'],
  ])('%s is %s', (revision, ref, id) => {
    expect(resolve(revision)).toEqual({ type: 'ref', ref, id, tag: tags.get(ref) });
  });

  test.each(['3f2a1c9', 'a'.repeat(40)])('%s is a commit', (id) => {
    expect(resolve(id)).toEqual({ type: 'commit', id });
  });

  test.each([
    ['gone', 'there is no branch or tag "gone"'],
    ['>=9', 'no tag is within ">=9"'],
  ])('%s is not found', (revision, message) => {
    expect(() => resolve(revision)).toThrow(expect.objectContaining({ code: 'git.revision-not-found', message }));
  });

  test('an empty remote has no HEAD', () => {
    expect(() => resolveRevision(undefined, { refs: new Map(), tags: new Map(), head: undefined })).toThrow(/no HEAD/);
  });
});

test('refPatterns asks for all tags only where a range needs them', () => {
  expect(refPatterns(undefined)).toEqual(['HEAD']);
  expect(refPatterns('main')).toEqual(['refs/heads/main', 'refs/tags/main', 'refs/tags/main^{}']);
  expect(refPatterns('>=1 <2')).toContain('refs/tags/*');
});
