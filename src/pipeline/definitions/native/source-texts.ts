/**
 * Takes the text of a file of definitions, returns what a definition that is made from it can keep of its words: the comments
 * of a document, and a map of values as it is written. Pure.
 */
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from 'yaml';
import type { Place } from '../../../foundation/base/errors.ts';

export interface SourceTexts {
  /** Of the document at a place, `PATH: text` where they stand beside a field; once, and none of what lies below a `values` field. */
  readonly commentsAt: (place: Place) => readonly string[];
  /** The map below the key at a place, moved to the left; undefined where it is not written as a block. */
  readonly mapAt: (place: Place) => string | undefined;
}

export function sourceTexts(text: string): SourceTexts {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  const said = new Set<Document>();
  const documentAt = ({ line = 1 }: Place) => documents.find(({ range }) => lines.linePos(range[2]).line >= line);
  return {
    commentsAt: (place) => {
      const document = documentAt(place);
      if (document === undefined || said.has(document)) return [];
      said.add(document);
      return commentsOf(document);
    },
    mapAt: (place) => {
      let found: string | undefined;
      const document = documentAt(place);
      if (document === undefined) return undefined;
      visit(document, {
        Pair: (_key, { key, value }) => {
          if (!isNode(key) || !isMap(value) || value.flow || !value.range) return undefined;
          const { line, col } = lines.linePos(key.range?.[0] ?? 0);
          if (line !== place.line || col !== place.column) return undefined;
          found = movedLeft(text, value.range[0], key.range?.[1] ?? 0, value.range[2]);
          return visit.BREAK;
        },
      });
      return found;
    },
  };
}

/** From the line below the key to the end, without the indentation of the first field. */
function movedLeft(text: string, first: number, afterKey: number, end: number): string | undefined {
  const start = text.indexOf('\n', afterKey) + 1;
  if (start <= 0 || start > first) return undefined;
  const indent = first - (text.lastIndexOf('\n', first - 1) + 1);
  const lines = text.slice(start, end).replace(/\s+$/, '').split('\n');
  if (lines.some((line) => line.slice(0, indent).trim() !== '' && !line.trim().startsWith('#'))) return undefined;
  return `${lines.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line.trimStart())).join('\n')}\n`;
}

const values = ['values', 'valuesObject'];

function commentsOf(document: Document): string[] {
  const found: string[] = [];
  const take = (comment: string | null | undefined, path: string) => {
    for (const line of (comment ?? '').split('\n').map((one) => one.trim()))
      if (line !== '') found.push(path === '' ? line : `${path}: ${line}`);
  };
  take(document.commentBefore, '');
  visit(document, {
    Pair: (position, { key, value }, ancestors) => {
      const path = pathOf([...ancestors, { key }]);
      // What stands above the first field speaks of the whole.
      const isFirst = ancestors.length === 2 && position === 0;
      if (isNode(key)) take(key.commentBefore, isFirst ? '' : path);
      if (isNode(value)) take(value.comment, path);
      return isScalar(key) && values.includes(String(key.value)) ? visit.SKIP : undefined;
    },
    Node: (_key, node, ancestors) => {
      const path = ancestors.length === 1 ? '' : pathOf(ancestors);
      if (!isScalar(node)) take((node as Node).commentBefore, path);
    },
  });
  take(document.comment, '');
  return found;
}

function pathOf(ancestors: readonly unknown[]): string {
  const keys = ancestors.flatMap((one) => {
    const key =
      isPair(one) || (typeof one === 'object' && one !== null && 'key' in one) ? (one as Pair).key : undefined;
    return isScalar(key) ? [String(key.value)] : [];
  });
  return keys.join('.');
}
