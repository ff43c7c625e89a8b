/**
 * Whether a text fits a pattern as a whole: `*` stands for any characters but `/`, `**` and a `*` at the very end for any
 * at all. Takes time in proportion to both lengths, whatever the pattern.
 */
export function matchGlob(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  let states = closure(tokens, [0]);
  for (const character of text) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === '**' || (token === '*' && character !== '/')) next.add(state);
      else if (token === character) next.add(state + 1);
    }
    states = closure(tokens, next);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}

export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchGlob(pattern, text));
}

/** Characters, `*` and `**`. No text holds a character of two stars. */
function tokensOf(pattern: string): string[] {
  const tokens: string[] = [];
  for (const [found] of pattern.matchAll(/\*+|[^*]/gu)) tokens.push(found.startsWith('**') ? '**' : found);
  if (tokens.at(-1) === '*') tokens[tokens.length - 1] = '**';
  return tokens;
}

/** A star may stand for nothing. */
function closure(tokens: readonly string[], from: Iterable<number>): Set<number> {
  const states = new Set(from);
  for (const state of states) if (tokens[state]?.startsWith('*')) states.add(state + 1);
  return states;
}
