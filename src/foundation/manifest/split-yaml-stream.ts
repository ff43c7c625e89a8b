/**
 * Splits a YAML stream into documents by lines that begin with `---`, as apimachinery's YAMLReader does for whatever Helm
 * applies or reads as values. Takes text, returns the documents' texts; it never parses them.
 */
import { GoError } from '../template/value.ts';

export interface StreamDocument {
  readonly text: string;
  /** Of the document's first line, counted from 1. */
  readonly line: number;
}

/** Throws a GoError for a separator with anything but a comment behind it. */
export function splitYamlStream(text: string): StreamDocument[] {
  const documents: StreamDocument[] = [];
  let from = 0;
  let line = 1;
  let startLine = 1;
  for (let at = 0; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    if (text.startsWith('---', at)) {
      const rest = text.slice(at + 3, end).trim();
      if (rest !== '' && !rest.startsWith('#')) throw new GoError(`invalid Yaml document separator: ${rest}`);
      if (at > from) documents.push({ text: text.slice(from, at), line: startLine });
      from = end;
      startLine = line + 1;
    }
    at = end;
  }
  if (from < text.length) documents.push({ text: text.slice(from), line: startLine });
  return documents;
}
