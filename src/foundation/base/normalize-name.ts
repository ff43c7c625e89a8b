/** A text as a name that Kubernetes takes: lower-case letters, digits, `-` and `.`, at most 253; all else becomes a `-`. */
export function normalizeName(text: string): string {
  const plain = text.toLowerCase().replace(/[^-a-z0-9.]/gu, '-');
  return plain.slice(0, 253).replace(/^[-.]+|[-.]+$/g, '');
}
