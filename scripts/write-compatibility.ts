/** Writes the tables of docs/compatibility.md from the code; a test says when they are out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { compatibilityRow, compatibilityTables, tableHead } from '../test/support/compatibility-tables.ts';

const file = new URL('../docs/compatibility.md', import.meta.url);
let text = readFileSync(file, 'utf8');
for (const [chapter, fields] of Object.entries(compatibilityTables)) {
  const [before = '', rest = ''] = text.split(`\n### ${chapter}\n`);
  const chapterEnd = rest.search(/\n##/);
  const first = rest.indexOf('\n|');
  const table = chapterEnd >= 0 && first > chapterEnd ? -1 : first;
  const end = rest.slice(table).search(/\n(?!\|)/);
  const behind = chapterEnd < 0 ? '\n' : rest.slice(chapterEnd);
  const after = table < 0 ? `\n${behind}` : rest.slice(table + Math.max(end, 0));
  const lead = rest.slice(0, table < 0 ? Math.max(chapterEnd, 0) : table).trimEnd();
  text = `${before}\n### ${chapter}\n${lead}\n\n${[tableHead, ...fields.map(compatibilityRow)].join('\n')}${after}`;
}
writeFileSync(file, text);
