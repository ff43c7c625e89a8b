import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryDamage, judgeDamage } from './mutate-fleet.ts';

test('the fleet that is damaged is sound', async () => {
  expect(await judgeDamage({ file: 'apps/shop.yaml', places: [] })).toEqual({ type: 'understood', where: '' });
});

test('damage is told with its place, and takes nobody else down', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDamage, async (made) => {
      const { type, where } = await judgeDamage(made);
      expect(type, where).not.toBe('wrong');
    }),
    { numRuns: 60 },
  );
  // Hundreds of small files: on a busy machine a matter of a minute.
});
