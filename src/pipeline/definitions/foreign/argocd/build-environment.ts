/**
 * Argo CD's build environment: `$NAME` and `${NAME}` in parameters and paths of value files, by the rules of Go's
 * os.Expand. A name that is not known stands for nothing; `$$` is a dollar. Pure.
 */
export type BuildEnvironment = Readonly<Record<string, string>>;

export function expandEnvironment(text: string, environment: BuildEnvironment): string {
  let output = '';
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string;
    if (character !== '$' || at + 1 >= text.length) {
      output += character;
      at++;
      continue;
    }
    const { name, length } = nameAt(text, at + 1);
    if (name !== '') output += variableOf(name, environment);
    else if (length === 0) output += character;
    at += 1 + length;
  }
  return output;
}

/** The names that a text asks for. */
export function environmentNames(text: string): string[] {
  const names: string[] = [];
  for (let at = text.indexOf('$'); at >= 0 && at + 1 < text.length; ) {
    const { name, length } = nameAt(text, at + 1);
    if (name !== '' && name !== '$') names.push(name);
    at = text.indexOf('$', at + 1 + length);
  }
  return names;
}

function variableOf(name: string, environment: BuildEnvironment): string {
  if (name === '$') return '$';
  return Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
}

/** Of the shell: `$*`, `$1` and their like are names of one character. */
const special = /^[*#$@!?\-0-9]$/;

/** Go's: of `${` without an end only the brace is eaten, of `${}` both. */
function nameAt(text: string, start: number): { readonly name: string; readonly length: number } {
  const first = text[start] as string;
  if (first === '{') {
    if (special.test(text[start + 1] ?? '') && text[start + 2] === '}')
      return { name: text[start + 1] ?? '', length: 3 };
    const end = text.indexOf('}', start + 1);
    if (end < 0) return { name: '', length: 1 };
    return { name: text.slice(start + 1, end), length: end - start + 1 };
  }
  if (special.test(first)) return { name: first, length: 1 };
  let end = start;
  while (/[A-Za-z0-9_]/.test(text[end] ?? '')) end++;
  return { name: text.slice(start, end), length: end - start };
}
