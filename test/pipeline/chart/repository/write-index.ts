/** Indexes for tests: arbitrary ones, written as their writers do, as other tools may, and damaged. */
import fc from 'fast-check';
import { dump } from 'js-yaml';
import type { Json } from '../../../../src/foundation/manifest/object.ts';
import type { YamlValue } from '../../../../src/foundation/yaml/decode.ts';
import { fromJson } from '../../../../src/foundation/yaml/plain-json.ts';
import { writeYaml } from '../../../../src/foundation/yaml/write-yaml.ts';
import type { IndexBody } from '../../../../src/pipeline/chart/repository/choose-entries.ts';
import { cutterFor } from '../../../../src/pipeline/chart/repository/cut-entries.ts';
import type { IndexCuts } from '../../../../src/pipeline/chart/repository/entry-cuts.ts';

/** As cutEntries does with a file, in pieces of that size. */
export function cutText(text: string, size = 64): IndexCuts | undefined {
  const bytes = Buffer.from(text);
  const cutter = cutterFor(bytes);
  for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size));
  return cutter.end();
}

export function bodyOf(text: string, cuts: IndexCuts): IndexBody {
  const bytes = Buffer.from(text);
  return { format: cuts.format, read: async (start, end) => bytes.toString('utf8', start, end) };
}

const awkward = fc.constantFrom(
  'a: b',
  "it's",
  '"quoted"',
  '- dash',
  '# no comment',
  'text # comment',
  'version: 9.9.9',
  '  - version: 9.9.9',
  'two\nlines',
  'blank\n\nversion: 9.9.9\n',
  'trailing ',
  '',
  '|',
  '>-',
  '[x',
  '{y',
  '&a',
  '*a',
  '!t',
  '%',
  '---',
  '...',
  'ä ö €',
  'tab\there',
  'a\\"b',
  'entries:',
  'null',
  '1.10',
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit: sed do eiusmod "tempor" incididunt ut labore',
);
const text = fc.oneof({ weight: 2, arbitrary: awkward }, { weight: 1, arbitrary: fc.string({ maxLength: 12 }) });
const segment = fc.nat({ max: 12 });
const version = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(segment, segment, segment).map((parts) => parts.join('.')) },
  { weight: 2, arbitrary: fc.tuple(segment, segment, segment).map((parts) => `v${parts.join('.')}-rc.1+build.5`) },
  { weight: 1, arbitrary: fc.constantFrom<YamlValue>('1.10', '1', 'x', '', '1.2.3.4', '1.2.3 ', 1.5, 2, true, null) },
);

const entry = fc.record(
  {
    apiVersion: fc.constantFrom('v1', 'v2'),
    name: fc.constantFrom('shop', 'web', ''),
    version,
    urls: fc.oneof(
      { weight: 5, arbitrary: fc.array(fc.webUrl(), { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    description: text,
    appVersion: text,
    digest: fc.constantFrom('', 'ab'.repeat(32)),
    created: fc.constant('2026-01-01T00:00:00Z'),
    annotations: fc.dictionary(fc.constantFrom('version', 'a/b', 'x y'), text, { maxKeys: 3 }),
    maintainers: fc.array(fc.record({ name: text, email: text }, { requiredKeys: [] }), { maxLength: 2 }),
    dependencies: fc.array(fc.record({ name: text, version: text }), { maxLength: 2 }),
    type: fc.constantFrom('application', 'library', 'other'),
  },
  { requiredKeys: ['version', 'urls', 'name'] },
);

export const arbitraryIndex = fc.record(
  {
    apiVersion: fc.oneof(
      { weight: 9, arbitrary: fc.constant('v1') },
      { weight: 1, arbitrary: fc.constantFrom('', 1, null) },
    ),
    entries: fc.dictionary(
      fc.constantFrom('shop', 'web', '1.10', 'yes', 'a-b_c', 'ä'),
      fc.array(entry, { maxLength: 5 }),
      {
        minKeys: 1,
        maxKeys: 4,
      },
    ),
    generated: fc.constant('2026-01-01T00:00:00Z'),
    serverInfo: fc.dictionary(fc.constantFrom('version', 'entries'), text, { maxKeys: 2 }),
    annotations: fc.dictionary(fc.constantFrom('a', 'entries', 'apiVersion'), text, { maxKeys: 2 }),
  },
  { requiredKeys: ['apiVersion', 'entries'] },
);

/** A change to a text such as a bad disk or a bad person makes. */
export interface Damage {
  readonly at: number;
  readonly cut: number;
  readonly insert: string;
}

export const arbitraryDamage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  cut: fc.constantFrom(0, 0, 1, 3, 20, 1_000_000),
  insert: fc.constantFrom(
    '',
    '\t',
    '\r',
    '\r\n',
    '\n',
    '\n\n',
    ' ',
    '"',
    "'",
    '\n    version: 9.9.9\n',
    '\n  version: 9.9.9',
    'version: 1.2.3',
    '- ',
    '\n  - ',
    '\n  - - a\n',
    '&a ',
    '*a',
    '!!str ',
    '<<: *a',
    '{',
    '}',
    '[',
    ']',
    ',',
    ': ',
    ':',
    '|',
    '|2\n',
    '>-\n',
    '#',
    ' # ',
    '\n---\n',
    '\n...\n',
    '%YAML 1.1\n',
    '\u0000',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\\',
    '\\u00e4',
    '? ',
    'entries:\n',
    '\nentries:\n  x: []\n',
    'null',
    '~',
    '[]',
    '{}',
    '['.repeat(2000),
    '- '.repeat(500),
    '\ud800',
  ),
});

export function damageText(original: string, { at, cut, insert }: Damage): string {
  const place = Math.floor(original.length * at);
  return original.slice(0, place) + insert + original.slice(place + cut);
}

const writers: readonly ((index: unknown) => string)[] = [
  (index) => `${writeYaml(fromJson(index as Json))}\n`,
  (index) => `---\n${writeYaml(fromJson(index as Json))}\n`.replaceAll('\n', '\r\n'),
  (index) => JSON.stringify(index),
  (index) => JSON.stringify(index, null, 2),
  (index) => dump(index, { indent: 4 }),
  (index) => dump(index, { noArrayIndent: true, lineWidth: 40, noRefs: true }),
  (index) => dump(index, { flowLevel: 4, forceQuotes: true }),
  (index) => dump(index, { forceQuotes: true, quotingType: '"', lineWidth: 30, noRefs: true }),
];

/** As their writers leave them. */
export const arbitraryWholeText: fc.Arbitrary<string> = fc
  .tuple(arbitraryIndex, fc.constantFrom(...writers))
  .map(([index, write]) => write(index));

/** Half of them damaged, up to three times. */
export const arbitraryText: fc.Arbitrary<string> = fc
  .tuple(arbitraryWholeText, fc.oneof(fc.constant([]), fc.array(arbitraryDamage, { minLength: 1, maxLength: 3 })))
  .map(([text, damages]) => damages.reduce(damageText, text));
