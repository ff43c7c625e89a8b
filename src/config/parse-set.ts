/**
 * Helm's --set grammar: `a.b=1,c[0]=x,d={y,z},e=null`; a backslash takes the next character as it is. Takes the text, returns
 * each path and value; throws an Error whose message repeats no value.
 */

export interface Assignment {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

interface Cursor {
  readonly text: string;
  at: number;
}

export function parseSet(text: string): Assignment[] {
  const cursor: Cursor = { text, at: 0 };
  const assignments: Assignment[] = [];
  while (cursor.at < text.length) {
    const path = readPath(cursor);
    const value = text[cursor.at] === '{' ? readList(cursor) : typed(readUntil(cursor, ','));
    if (cursor.at < text.length && text[cursor.at] !== ',') throw new Error('expected "," after "}"');
    cursor.at++;
    assignments.push({ path, value });
  }
  return assignments;
}

/** Ends behind the `=`. */
function readPath(cursor: Cursor): (string | number)[] {
  const path: (string | number)[] = [];
  for (;;) {
    const { text: name } = readUntil(cursor, '.=[,');
    const end = cursor.text[cursor.at++];
    if (name !== '') path.push(name);
    else if (!(end === '[' || typeof path.at(-1) === 'number')) throw new Error('the name of a field is missing');
    if (end === '[') {
      const index = /^\d{1,4}\]/.exec(cursor.text.slice(cursor.at))?.[0];
      if (index === undefined) throw new Error('expected an index such as [0]');
      path.push(Number(index.slice(0, -1)));
      cursor.at += index.length;
    }
    if (end === '=') return path;
    if (end === undefined || end === ',') throw new Error('expected "=" after the name of the field');
  }
}

function readList(cursor: Cursor): unknown[] {
  cursor.at++;
  const items: unknown[] = [];
  while (cursor.text[cursor.at] !== '}') {
    items.push(typed(readUntil(cursor, ',}')));
    if (cursor.at >= cursor.text.length) throw new Error('expected "}" at the end of the list');
    if (cursor.text[cursor.at] === ',') cursor.at++;
  }
  cursor.at++;
  return items;
}

interface Word {
  readonly text: string;
  /** With a backslash somewhere it is text, whatever it looks like. */
  readonly escaped: boolean;
}

function readUntil(cursor: Cursor, ends: string): Word {
  let text = '';
  let escaped = false;
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === '\\') {
      escaped = true;
      text += cursor.text[++cursor.at] ?? '';
    } else if (ends.includes(character)) break;
    else text += character;
  }
  return { text, escaped };
}

function typed({ text, escaped }: Word): unknown {
  if (escaped) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^(0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}
