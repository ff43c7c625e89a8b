/** How the page says times, numbers and long texts. */
const units: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
];

export function ago(since: number, now: Date): string {
  const age = largestUnit(since, now);
  return age === undefined ? 'just now' : `${age} ago`;
}

export function lasting(since: number, now: Date): string {
  const age = largestUnit(since, now);
  return age === undefined ? 'just now' : `for ${age}`;
}

/** The largest unit alone, so that a board that nothing happened to stays the same. */
function largestUnit(since: number, now: Date): string | undefined {
  const age = now.getTime() - since;
  const [size, unit] = units.find(([milliseconds]) => age >= milliseconds) ?? [];
  return size === undefined ? undefined : `${Math.floor(age / size)}${unit}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Commits by their first digits, and no more of it than a person reads. */
export function shorten(text: string, length = 400): string {
  const short = text.replace(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, '$1');
  return short.length > length ? `${short.slice(0, length).toWellFormed()}…` : short;
}
