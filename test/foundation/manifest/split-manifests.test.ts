import { describe, expect, test } from 'vitest';
import { splitManifests } from '../../../src/foundation/manifest/split-manifests.ts';
import { splitYamlStream } from '../../../src/foundation/manifest/split-yaml-stream.ts';

describe('splitManifests', () => {
  test.each<[name: string, text: string, helm4: string[], helm3: string[]]>([
    ['nothing', '', [], []],
    ['blanks only', ' \n\t\n', [], []],
    ['one document', 'a: 1\n', ['a: 1\n'], ['a: 1']],
    ['trailing newlines', '---\na: 1\n\n\n---\nb: 2\n', ['a: 1\n\n\n', 'b: 2\n'], ['a: 1', 'b: 2']],
    ['content on the line of the dashes', '---a: 1\n--- b: 2', ['a: 1\n', 'b: 2'], ['a: 1', 'b: 2']],
    ['dashes at column 0 of a block scalar', 'a: |\n---\nb', ['a: |\n', 'b'], ['a: |', 'b']],
    ['indented dashes', 'a: |\n  ---\n  b\n', ['a: |\n  ---\n  b\n'], ['a: |\n  ---\n  b']],
    ['two separators in a row', 'a\n---\n---\nb', ['a\n', 'b'], ['a', '---\nb']],
    ['a separator at the end', 'a\n---\n', ['a\n'], ['a']],
    ['more dashes', '-----\na', ['--\na'], ['--\na']],
    ['Windows line ends', 'a\r\n---\r\nb\r\n', ['a\r\n', 'b\r\n'], ['a', 'b']],
    ['comments', '# x\n---\n# y\n', ['# x\n', '# y\n'], ['# x', '# y']],
  ])('splits %s as Helm 4.2.4 and 3.21 do', (_name, text, helm4, helm3) => {
    expect(splitManifests(text, 'helm4')).toEqual(helm4);
    expect(splitManifests(text, 'helm3')).toEqual(helm3);
  });

  test('takes time in proportion to the length', () => {
    const blanks = `a${' \n'.repeat(200_000)}b`;
    expect(splitManifests(blanks, 'helm3')).toHaveLength(1);
    expect(splitManifests(blanks, 'helm4')).toHaveLength(1);
  });
});

describe('splitYamlStream', () => {
  test('splits at lines that begin with dashes, and knows where documents begin', () => {
    expect(splitYamlStream('a: 1\n--- # c\nb: 2\n---\n---\nc: 3')).toEqual([
      { text: 'a: 1\n', line: 1 },
      { text: 'b: 2\n', line: 3 },
      { text: 'c: 3', line: 6 },
    ]);
  });

  test('refuses content behind the dashes', () => {
    expect(() => splitYamlStream('--- a: 1\n')).toThrow('invalid Yaml document separator: a: 1');
  });
});
