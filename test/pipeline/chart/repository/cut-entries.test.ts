import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeIndex } from './judge-index.ts';
import { arbitraryText, arbitraryWholeText, bodyOf, cutText } from './write-index.ts';

const helmIndex = `apiVersion: v1
entries:
  shop:
  - apiVersion: v2
    created: "2026-01-01T00:00:00Z"
    description: A shop that is described in so many words that Helm
      continues version 9.9.9 on the next line
    name: shop
    urls:
    - shop-1.1.0.tgz
    version: 1.1.0
  - apiVersion: v2
    description: |
      version: 7.7.7
    name: shop
    urls:
    - shop-1.0.0.tgz
    version: "1.0.0"
  web: []
generated: "2026-01-01T00:00:00Z"
`;

describe('cutting an index into its entries', () => {
  test('finds the versions of each chart and nothing inside a text', () => {
    const cuts = cutText(helmIndex);
    expect(cuts?.charts.map(({ name, entries }) => [name, entries.map(({ version }) => version)])).toEqual([
      ['shop', ['1.1.0', '1.0.0']],
      ['web', []],
    ]);
    expect(cuts?.apiVersion).toBe('apiVersion: v1\n');
  });

  test('cuts exactly around an entry', async () => {
    const cuts = cutText(helmIndex);
    const entry = cuts?.charts[0]?.entries[1];
    const text = await bodyOf(helmIndex, cuts!).read(entry!.start, entry!.end);
    expect(text).toMatch(/^ {2}- apiVersion: v2\n[\s\S]*version: "1\.0\.0"\n$/);
  });

  test('finds the same in JSON', () => {
    const entries = { shop: [{ version: '1.0.0', annotations: { version: '2.0.0' } }, { version: 1.5 }], web: null };
    const cuts = cutText(JSON.stringify({ serverInfo: { entries: {} }, entries, apiVersion: 'v1' }), 7);
    expect(cuts?.charts.map(({ name, entries: list, odd }) => [name, list.map(({ version }) => version), odd])).toEqual(
      [
        ['shop', ['1.0.0', ''], false],
        ['web', [], true],
      ],
    );
  });

  test('takes no other character for a blank', () => {
    expect(cutText('\n\n\ufeffapiVersion: v1\nentries:\n  shop: []\n')?.apiVersion).toBeUndefined();
    expect(cutText('apiVersion: v1\nentries:\n  shop: []\u00a0\n')).toBeUndefined();
  });

  test.each([
    ['an alias', 'a: &x 1\nentries:\n  shop: *x\n'],
    ['a tab before a key', 'entries:\n\tshop: []\n'],
    ['flow style', '{entries: {shop: [{version: 1.0.0}]}}'],
    ['flow style over lines', 'entries:\n  shop: [\n    {version: 1.0.0}\n  ]\n'],
    ['a line end of YAML 1.1', 'entries:\n  shop:\n  - description: a\u2028    version: 9.9.9\n'],
    ['a lone carriage return', 'entries:\r  shop: []\r'],
    ['a mark before the text', '\ufeffapiVersion: v1\nentries: {}\n'],
    ['a key twice', 'entries: {}\nentries: {}\n'],
    ['a chart twice', 'entries:\n  shop: []\n  shop: []\n'],
    ['another case', 'Entries:\n  shop: []\n'],
    ['a quote that never ends', 'entries:\n  shop:\n  - description: "a\n    version: 1.0.0\n'],
  ])('leaves %s to the exact reader', (_, text) => {
    expect(cutText(text)).toBeUndefined();
  });

  test('answers as the exact reader does, for whatever writers make', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWholeText, fc.integer({ min: 1, max: 300 }), async (text, size) => {
        expect((await judgeIndex(text, size)).type).not.toBe('differs');
      }),
      { numRuns: 300 },
    );
  });

  test('neither crashes nor answers otherwise when the text is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryText, fc.integer({ min: 1, max: 300 }), async (text, size) => {
        expect(await judgeIndex(text, size)).not.toMatchObject({ type: 'differs' });
      }),
      { numRuns: 300 },
    );
  });
});
