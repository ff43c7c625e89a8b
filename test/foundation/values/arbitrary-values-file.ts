/** Values files of every style, with the place of each scalar known from having written it; made for edits in place. */
import fc from 'fast-check';
import type { GoValue } from '../../../src/foundation/template/value.ts';

export interface WrittenScalar {
  readonly path: readonly (string | number)[];
  /** From its tag, if it has one, to its end. */
  readonly from: number;
  readonly to: number;
  /** An alias repeats it: it cannot be changed alone. */
  readonly shared?: boolean;
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
  /** Of the document that is written. */
  readonly repeatable: { readonly name: string; readonly at: number }[];
  /** With all that values files seldom hold. */
  readonly wide: boolean;
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
/** Further in than any table: YAML asks that of a line that goes on. */
const far = ' '.repeat(24);
const FLOW_SCALARS = SCALARS.filter((text) => !/[,[\]{}]/.test(text));

const valuesFile = (wide: boolean): fc.Arbitrary<WrittenFile> =>
  fc.gen().map((g) => writeFile((choices) => choices[g(fc.nat, { max: choices.length - 1 })] as never, wide));

export const arbitraryValuesFile = valuesFile(false);

/** With aliases, duplicate keys, several documents, a byte order mark, and scalars of several lines too. */
export const arbitraryWideFile = valuesFile(true);

function writeFile(pick: Pick, wide: boolean): WrittenFile {
  const newline = pick(['\n', '\n', '\n', '\r\n']);
  const w: Writer = { text: '', newline, pick, anchors: 0, repeatable: [], wide, scalars: [], tables: [] };
  if (wide) w.text += pick(['', '', '', '\uFEFF']);
  w.text += pick(['', '', `# head${newline}`, `---${newline}`, `# a: b${newline}${newline}`]);
  writeMap(w, { path: [], indent: '', depth: 0, count: pick([1, 2, 3, 4, 5]) });
  if (wide && pick([false, false, false, true])) {
    w.text += pick([`---${newline}`, `--- # second${newline}`, `...${newline}---${newline}`]);
    w.repeatable.length = 0;
    w.text += `second:${newline}`;
    writeMap(w, { path: ['second'], indent: pick(['  ', '    ']), depth: 1, count: pick([1, 2, 3]) });
  }
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
    // The last of that name counts.
    if (w.wide && w.pick([false, false, false, false, true])) w.text += `${indent}${written}: before${w.newline}`;
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
  const comments = w.wide ? [...COMMENTS, ' # a\tb', '\t# tab'] : COMMENTS;
  const [comment, depth, count] = [w.pick(comments), here.depth + 1, w.pick([1, 2, 3])];
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
      writeBlock(w, { ...here, indent: inner, count: inner.length - here.indent.length });
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
    w.text += i === 0 ? w.pick(['', ' ']) : w.pick([', ', ',  ', `,${w.newline}${far}`]);
    const name = `f${i}`;
    if (!list) w.text += `${name}: `;
    const next = [...path, list ? i : name];
    if (depth < 4 && w.pick([false, false, true])) writeFlow(w, { path: next, indent: '', depth: depth + 1, count: 0 });
    else writeScalar(w, next, FLOW_SCALARS);
  }
  w.text += `${w.pick(['', ' '])}${list ? ']' : '}'}`;
}

/** `count`: how far it is indented. */
function writeBlock(w: Writer, { path, indent, count }: Here): void {
  w.text += ' ';
  const from = w.text.length;
  const headers = ['|', '>', '|-', '|+', '>-', ...(w.wide ? [`|${count}`, `>${count}-`, `|-${count}`] : [])];
  w.text += `${w.pick(headers)}${w.pick(COMMENTS)}${w.newline}`;
  for (const line of w.pick([['one'], ['one', 'two # text'], ['a: b', '', '  c'], []])) {
    w.text += line === '' ? w.newline : `${indent}${line}${w.newline}`;
  }
  w.scalars.push({ path, from, to: w.text.length });
}

function writeScalar(w: Writer, path: readonly (string | number)[], choices: readonly string[]): void {
  const from = w.text.length;
  if (w.wide && writeOther(w, path)) return;
  w.text += w.pick(choices).replace('@', () => {
    const name = `n${w.anchors++}`;
    w.repeatable.push({ name, at: w.scalars.length });
    return name;
  });
  w.scalars.push({ path, from, to: w.text.length });
}

/** A scalar of several lines, or an alias of one before; false: neither. */
function writeOther(w: Writer, path: readonly (string | number)[]): boolean {
  const from = w.text.length;
  const kind = w.pick(['', '', '', '', '', 'lines', 'alias']);
  const next = `${w.newline}${far}`;
  if (kind === 'lines') w.text += w.pick([`"one${next}two"`, `'one${next}it''s'`, `one${next}two`]);
  const [first] = w.repeatable;
  if (kind === 'alias' && first !== undefined) {
    const { name, at } = w.pick(w.repeatable);
    // Before what follows an alias there is a space, or the sign would be part of its name.
    w.text += `*${name} `;
    const shared = w.scalars[at];
    if (shared !== undefined) w.scalars[at] = { ...shared, shared: true };
  }
  if (w.text.length === from) return false;
  w.scalars.push({ path, from, to: w.text.length - (kind === 'alias' ? 1 : 0) });
  return true;
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
