/** Takes a path and a text from elsewhere, returns the `--set` expression by which Flux sets the one to the other. Pure. */

export interface SetExpression {
  readonly type: 'set' | 'setString';
  readonly expression: string;
}

/** A literal text is taken as it is; quotes around the whole of any other make it text, and are no part of it. */
export function setText(
  { path, literal }: { readonly path: string; readonly literal: boolean },
  text: string,
): SetExpression {
  if (literal) return { type: 'setString', expression: `${path}=${text.replace(/[\\,[\]{}]/g, '\\$&')}` };
  const quoted = ["'", '"'].some((quote) => text.startsWith(quote) && text.endsWith(quote));
  if (!quoted) return { type: 'set', expression: `${path}=${text}` };
  return { type: 'setString', expression: `${path}=${text.replace(/^['"]+|['"]+$/g, '')}` };
}
