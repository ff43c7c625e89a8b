/** Takes an Application's name and its old ones, returns what is wrong where it gives its own name as an old one. */
import type { Problem } from '../../foundation/base/problem.ts';
import type { ReadDocument } from '../../foundation/document/read-documents.ts';

interface Named {
  readonly name: string;
  readonly formerly?: readonly string[] | undefined;
}

export function namesItself({ name, formerly = [] }: Named, document: ReadDocument): Problem | undefined {
  const index = formerly.indexOf(name);
  if (index < 0) return undefined;
  const message = `application ${name} is not an old name of itself`;
  const place = document.place(['metadata', 'formerly', index]);
  return { code: 'definition.invalid', message, place, hint: 'formerly holds the names that it had before' };
}
