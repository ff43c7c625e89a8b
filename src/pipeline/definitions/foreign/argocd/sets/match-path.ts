/**
 * Whether a path fits a pattern of a git generator: `*`, `?`, `[a-z]`, `[^a-z]` and `\`. Of folders by Go's path.Match, in which
 * none of them stands for a `/`; of files by git's rules for `git ls-files`, in which each does, and a folder's name means
 * all below it. Takes time in proportion to both lengths, whatever the pattern. Pure.
 */
interface Token {
  readonly type: 'any' | 'one' | 'star';
  readonly fits: (character: string) => boolean;
}

export function matchFolder(pattern: string, path: string): boolean {
  const tokens = tokensOf(pattern, (character) => character !== '/');
  return tokens !== undefined && matchTokens(tokens, path);
}

export function matchFile(pattern: string, path: string): boolean {
  const plain = pattern.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  if (plain === '' || plain === '.' || path === plain || path.startsWith(`${plain}/`)) return true;
  const tokens = tokensOf(plain, () => true);
  return tokens !== undefined && matchTokens(tokens, path);
}

/** Undefined for a pattern that is none. */
function tokensOf(pattern: string, crosses: (character: string) => boolean): Token[] | undefined {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === '*') tokens.push({ type: 'star', fits: crosses });
    else if (character === '?') tokens.push({ type: 'any', fits: crosses });
    else if (character === '[') {
      const end = classEnd(characters, at);
      if (end === undefined) return undefined;
      const fits = classOf(characters.slice(at + 1, end));
      tokens.push({ type: 'one', fits: (one) => crosses(one) && fits(one) });
      at = end;
    } else {
      if (character === '\\') at++;
      const wanted = characters[at];
      if (wanted === undefined) return undefined;
      tokens.push({ type: 'one', fits: (one) => one === wanted });
    }
  }
  return tokens;
}

function classEnd(characters: readonly string[], start: number): number | undefined {
  const first = start + (/[\^!]/.test(characters[start + 1] ?? '') ? 2 : 1);
  for (let at = first; at < characters.length; at++) {
    if (characters[at] === '\\') at++;
    else if (characters[at] === ']' && at > first) return at;
  }
  return undefined;
}

function classOf(body: readonly string[]): (character: string) => boolean {
  const isNegated = body[0] === '^' || body[0] === '!';
  const plain: string[] = [];
  const rest = body.slice(isNegated ? 1 : 0);
  for (let at = 0; at < rest.length; at++) plain.push(rest[at] === '\\' ? (rest[++at] ?? '') : (rest[at] as string));
  return (character) => {
    let found = false;
    for (let at = 0; at < plain.length; at++) {
      const isRange = plain[at + 1] === '-' && at + 2 < plain.length;
      const [low, high] = [plain[at] as string, (isRange ? plain[at + 2] : plain[at]) as string];
      if (isRange) at += 2;
      found ||= low <= character && character <= high;
    }
    return found !== isNegated;
  };
}

function matchTokens(tokens: readonly Token[], text: string): boolean {
  let states = new Set([0]);
  const spread = (from: Set<number>) => {
    for (const state of from) if (tokens[state]?.type === 'star') from.add(state + 1);
    return from;
  };
  states = spread(states);
  for (const character of text) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token?.fits(character)) next.add(token.type === 'star' ? state : state + 1);
    }
    states = spread(next);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}
