/** The known name that a mistyped one was probably meant to be. */

export function suggestName(typed: string, known: Iterable<string>): string | undefined {
  const lower = typed.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(lower.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(lower, name.slice(0, 64).toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `did you mean "x"?`, or which names there are when none is near. */
export function suggestionHint(typed: string, known: readonly string[]): string | undefined {
  const name = suggestName(typed, known);
  if (name !== undefined) return `did you mean ${JSON.stringify(name)}?`;
  return known.length === 0 ? undefined : `known: ${known.slice(0, 40).join(', ')}`;
}

/** Optimal string alignment: insertion, deletion, substitution and the swap of two neighbours cost one each. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length] ?? 0;
}
