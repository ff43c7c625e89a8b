/** Where in a chart's file a mistake lies: by the line that a YAML error names, or by the field that breaks a rule. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Place } from '../../foundation/base/errors.ts';
import { lineOfMessage } from './chart-error.ts';

interface Mistake {
  readonly message: string;
  readonly fault: readonly (string | number)[] | undefined;
}

/** Without a line where the file lies in an archive or the field is missing. */
export function locateInChart(chart: string, file: string, { message, fault }: Mistake): Omit<Place, 'file'> {
  let text: string;
  try {
    text = readFileSync(join(chart, file), 'utf8');
  } catch {
    return {};
  }
  const place = fault === undefined ? { line: lineOfMessage(message) } : locateField(text, fault);
  return place.line === undefined ? {} : { ...place, excerpt: text.split('\n')[place.line - 1] };
}

/** The field, or the nearest one around it that is there. */
function locateField(text: string, path: readonly (string | number)[]): { line?: number; column?: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return { line, column: col };
  }
  return {};
}
