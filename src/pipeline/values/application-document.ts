/** Where in a file of definitions one application stands. Takes the text, returns its document; it reads nothing. */
import { tryRead } from '../../foundation/values/edit-value.ts';
import { valueAt } from '../../foundation/values/value-places.ts';

export interface ApplicationDocument {
  readonly text: string;
  /** Lines of the file above it. */
  readonly above: number;
  /** The whole file, with this in its place. */
  readonly replaceBy: (text: string) => string;
}

/** Documents of other applications are other releases' business. */
export function applicationDocument(file: string, app: string): ApplicationDocument | undefined {
  const starts = [0, ...[...file.matchAll(/^---.*(?:\n|$)/gm)].map(({ index, 0: line }) => index + line.length)];
  for (const [index, from] of starts.entries()) {
    const next = starts[index + 1];
    const end = next === undefined ? file.length : file.lastIndexOf('\n---', next - 1) + 1;
    const to = Math.max(from, end);
    const text = file.slice(from, to);
    if (!isOf(text, app)) continue;
    const above = file.slice(0, from).split('\n').length - 1;
    return { text, above, replaceBy: (other) => file.slice(0, from) + other + file.slice(to) };
  }
  return undefined;
}

function isOf(text: string, app: string): boolean {
  const data = tryRead(text, 'helm3');
  if (data === undefined || data.get('kind') !== 'Application') return false;
  const version = data.get('apiVersion');
  return (
    typeof version === 'string' && version.startsWith('helm-gitops.io/') && valueAt(data, ['metadata', 'name']) === app
  );
}
