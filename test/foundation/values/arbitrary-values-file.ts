/** Values files of every style, with the place of each scalar known from having written it; made for edits in place. */
import fc from 'fast-check';
import type { GoValue } from '../../../src/foundation/template/value.ts';

export interface WrittenScalar {
  readonly path: readonly (string | number)[];
  /** From its tag, if it has one, to its end. */
  readonly from: number;
  readonly to: number;
}

export interface WrittenFile {
  readonly text: string;
  readonly scalars: readonly WrittenScalar[];
  /** Block or flow tables, the whole file first. */
  readonly tables: readonly (readonly (string | number)[])[];
}

type Pick = <T>(choices: readonly T[]) => T;

interface Writer {
  text: string;
  readonly newline: string;
  readonly pick: Pick;
  anchors: number;
  readonly scalars: WrittenScalar[];
  readonly tables: (readonly (string | number)[])[];
}

const KEYS = ['image', 'tag', 'replicas', 'a-b', 'x.y', 'on', '"quoted key"', "'single'", 'http', 'ünï', 'n1', 'deep'];
const COMMENTS = ['', '', '', ' # why', '   # "not" a: value', ' #'];
const SCALARS: readonly string[] = [
  ...['v1', '1.2.3', '"v1 # no"', "'it''s'", '8080', '0755', 'true', 'no', '~', 'null', '1.5', '1e3', '2024-01-01'],
  ...['https://example.org:80/x', 'a b  c', '"tab\\tand \\u00e9"', '!!str 12', '!!int "3"', "''", '""', '-x', 'ä€😀'],
  ...['"two\\nlines"', '!!str &@ 7', '&@ anchored', '&@ !!str "x"', '12:30', '0x1F', '+1'],
];
const FLOW_SCALARS = SCALARS.filter((text) => !/[,[\]{}]/.test(text));

export const arbitraryValuesFile: fc.Arbitrary<WrittenFile> = fc
  .gen()
  .map((g) => writeFile((choices) => choices[g(fc.nat, { max: choices.length - 1 })] as never));

function writeFile(pick: Pick): WrittenFile {
  const newline = pick(['\n', '\n', '\n', '\r\n']);
  const w: Writer = { text: '', newline, pick, anchors: 0, scalars: [], tables: [] };
  w.text += pick(['', '', `# head${newline}`, `---${newline}`, `# a: b${newline}${newline}`]);
  writeMap(w, { path: [], indent: '', depth: 0, count: pick([1, 2, 3, 4, 5]) });
  const end = pick(['', '', '', 'cut', `# tail${newline}`, newline]);
  const text = end === 'cut' ? w.text.slice(0, -newline.length) : w.text + end;
  return { text, scalars: w.scalars.filter(({ to }) => to <= text.length), tables: w.tables };
}

interface Here {
  readonly path: readonly (string | number)[];
  readonly indent: string;
  readonly depth: number;
  readonly count: number;
}

function writeMap(w: Writer, { path, indent, depth, count }: Here): void {
  w.tables.push(path);
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const written = w.pick(KEYS);
    const name = written.replace(/^["']|["']$/g, '');
    if (names.has(name)) continue;
    names.add(name);
    w.text += `${w.pick(['', '', '', `${indent}# about ${name}${w.newline}`, w.newline])}${indent}${written}`;
    w.text += w.pick([':', ':', ':', ':', ' :']);
    writeValue(w, { path: [...path, name === 'on' ? 'true' : name], indent, depth, count: 0 });
  }
}

function writeValue(w: Writer, here: Here): void {
  const kind = w.pick(
    here.depth > 3 ? ['scalar'] : ['scalar', 'scalar', 'scalar', 'map', 'list', 'flow', 'block', 'empty'],
  );
  const inner = here.indent + w.pick(['  ', '  ', '    ', ' ']);
  const [comment, depth, count] = [w.pick(COMMENTS), here.depth + 1, w.pick([1, 2, 3])];
  switch (kind) {
    case 'map':
      w.text += `${comment}${w.newline}`;
      writeMap(w, { path: here.path, indent: inner, depth, count });
      return;
    case 'list':
      w.text += `${comment}${w.newline}`;
      writeList(w, { path: here.path, indent: w.pick([here.indent, inner]), depth, count });
      return;
    case 'flow':
      w.text += w.pick([' ', '  ']);
      writeFlow(w, { ...here, depth });
      break;
    case 'block':
      writeBlock(w, here.path, inner);
      return;
    case 'empty':
      w.scalars.push({
        path: here.path,
        from: w.text.length,
        to: w.text.length + comment.length - comment.trimStart().length,
      });
      break;
    default:
      w.text += w.pick([' ', ' ', '   ']);
      writeScalar(w, here.path, SCALARS);
  }
  w.text += `${comment}${w.newline}`;
}

function writeList(w: Writer, { path, indent, depth, count }: Here): void {
  for (let i = 0; i < count; i++) {
    w.text += `${indent}-`;
    if (w.pick([true, false])) {
      w.text += ' ';
      writeScalar(w, [...path, i], SCALARS);
      w.text += `${w.pick(COMMENTS)}${w.newline}`;
    } else {
      w.text += ` name: `;
      writeScalar(w, [...path, i, 'name'], SCALARS);
      w.text += w.newline;
      w.text += `${indent}  value:`;
      writeValue(w, { path: [...path, i, 'value'], indent: `${indent}  `, depth: depth + 1, count: 0 });
    }
  }
}

function writeFlow(w: Writer, { path, depth }: Here): void {
  const list = w.pick([true, false]);
  if (!list) w.tables.push(path);
  w.text += list ? '[' : '{';
  const count = w.pick([0, 1, 2, 3]);
  for (let i = 0; i < count; i++) {
    w.text += i === 0 ? w.pick(['', ' ']) : w.pick([', ', ',  ', `,${w.newline}${' '.repeat(12)}`]);
    const name = `f${i}`;
    if (!list) w.text += `${name}: `;
    const next = [...path, list ? i : name];
    if (depth < 4 && w.pick([false, false, true])) writeFlow(w, { path: next, indent: '', depth: depth + 1, count: 0 });
    else writeScalar(w, next, FLOW_SCALARS);
  }
  w.text += `${w.pick(['', ' '])}${list ? ']' : '}'}`;
}

function writeBlock(w: Writer, path: readonly (string | number)[], indent: string): void {
  w.text += ' ';
  const from = w.text.length;
  w.text += `${w.pick(['|', '>', '|-', '|+', '>-'])}${w.pick(COMMENTS)}${w.newline}`;
  for (const line of w.pick([['one'], ['one', 'two # text'], ['a: b', '', '  c'], []])) {
    w.text += line === '' ? w.newline : `${indent}${line}${w.newline}`;
  }
  w.scalars.push({ path, from, to: w.text.length });
}

function writeScalar(w: Writer, path: readonly (string | number)[], choices: readonly string[]): void {
  const from = w.text.length;
  w.text += w.pick(choices).replace('@', () => `n${w.anchors++}`);
  w.scalars.push({ path, from, to: w.text.length });
}

/** What may be promoted: versions, numbers, words that YAML reads as something else, texts with all that needs quotes. */
export const arbitraryScalar: fc.Arbitrary<GoValue> = fc.oneof(
  fc.constantFrom<GoValue>(
    'v2',
    '1.10',
    'true',
    'no',
    '',
    ' x ',
    'a: b',
    'a #b',
    "it's",
    '{{x}}',
    '[1]',
    '-',
    'null',
    '012',
  ),
  fc.constantFrom<GoValue>(
    'two\nlines\n',
    'two\nlines',
    'end\n\n',
    '\ttab',
    '\u2028',
    '2024-01-01',
    '1e3',
    '0x10',
    '12:30:00',
    '&a',
    '*a',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
