import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outlineOf } from '../../../src/foundation/document/outline.ts';

test('a name that stands alone counts as no name at all, wherever it stands', () => {
  const text = fc.stringMatching(/^[ab.\-_ ]{0,12}$/);
  const name = fc.stringMatching(/^[ab]([ab.-]{0,2}[ab])?$/);
  fc.assert(
    fc.property(text, name, (line, own) => {
      const alone = new RegExp(`(?<![A-Za-z0-9])${own.replaceAll(/[.-]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');
      const other = line.trim().replace(alone, '\0');
      // No name that the text may hold.
      expect(outlineOf(line, own)).toBe(outlineOf(other, 'zzz'));
    }),
    { numRuns: 3_000 },
  );
});
