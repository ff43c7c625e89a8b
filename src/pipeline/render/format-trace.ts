/**
 * Helm 4's trace of a failed execution: a paragraph for each template on the way to the mistake. Helm takes the error
 * texts apart again, so that this does too; a text in the chain that it cannot read leaves the error as it is.
 */

interface TraceLine {
  readonly location: string;
  readonly message: string;
  readonly executed: string;
}

/** Undefined: an error of the chain is none of a template. */
export function formatTrace(error: Error): string | undefined {
  const lines: TraceLine[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const line = parseTraceLine(current.message);
    if (line === undefined) return undefined;
    const last = lines.at(-1);
    if (last === undefined || !sameLine(last, line)) lines.push(line);
  }
  // What Go's TrimSpace takes away, which is not all that JavaScript's trim does, and more.
  return lines
    .map(formatLine)
    .join('')
    .replace(/^[\t-\r \x85\p{Z}]+|[\t-\r \x85\p{Z}]+$/gu, '');
}

const sameLine = (a: TraceLine, b: TraceLine): boolean =>
  a.location === b.location && a.message === b.message && a.executed === b.executed;

function formatLine({ location, message, executed }: TraceLine): string {
  let text = location === '' ? '' : `${location}\n  `;
  if (executed !== '') text += `${executed}\n    `;
  return message === '' ? text : `${text}${message}\n`;
}

function parseTraceLine(text: string): TraceLine | undefined {
  if (!text.startsWith('template: ')) return undefined;
  const rest = text.slice('template: '.length);
  if (rest.startsWith('no template ')) return { location: '', message: text, executed: '' };
  return parseExecuting(rest) ?? parseSimple(rest);
}

/** `NAME: executing "TEMPLATE" at <NODE>: message` */
function parseExecuting(rest: string): TraceLine | undefined {
  const at = rest.indexOf(': executing ');
  if (at < 0) return undefined;
  const after = rest.slice(at + ': executing '.length);
  const endQuote = after.startsWith('"') ? after.indexOf('"', 1) : -1;
  if (endQuote < 0) return undefined;
  const name = after.slice(1, endQuote);
  const behind = after.slice(endQuote + 1);
  if (!behind.startsWith(' at <')) return undefined;
  const node = behind.slice(' at <'.length);
  const end = node.indexOf('>: ');
  if (end < 0) return undefined;
  const executed = `executing "${name}" at <${node.slice(0, end)}>:`;
  return { location: rest.slice(0, at), message: withoutNext(node.slice(end + 3)), executed };
}

function parseSimple(rest: string): TraceLine | undefined {
  const at = rest.lastIndexOf(': ');
  return at < 0 ? undefined : { location: rest.slice(0, at), message: withoutNext(rest.slice(at + 2)), executed: '' };
}

function withoutNext(message: string): string {
  const next = message.indexOf(' template:');
  return next < 0 ? message : message.slice(0, next);
}
