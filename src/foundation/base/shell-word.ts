/** A word as a POSIX shell reads it back, to be pasted: `'my fleet'`. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
