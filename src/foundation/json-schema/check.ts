/** What the keywords of one schema are checked with: the value, where it lies, and how to go on to other schemas. */
import type { GoMap, GoValue } from '../template/value.ts';
import type { Resource, SchemaDocument } from './schema-document.ts';
import type { SchemaProblem } from './schema-error.ts';

export interface Check {
  readonly document: SchemaDocument;
  readonly resource: Resource;
  readonly schema: GoMap;
  readonly value: GoValue;
  readonly at: readonly string[];
  readonly unevaluated: Unevaluated;
  readonly problems: SchemaProblem[];
  /** The same value against another schema; `keyword` is that of a reference. */
  readonly validateSelf: (schema: GoValue, keyword?: string) => SchemaProblem | undefined;
  /** A property or an item against a schema of its own. */
  readonly validateBelow: (schema: GoValue, value: GoValue, step: string) => SchemaProblem | undefined;
}

/** Which parts of a value no keyword has looked at so far; undefined where nobody asks. */
export interface Unevaluated {
  readonly props: Set<string> | undefined;
  readonly items: Set<number> | undefined;
}

export function addProblem({ problems }: Check, problem: SchemaProblem | undefined): void {
  if (problem !== undefined) problems.push(problem);
}

export function addMessage({ problems, at }: Check, message: string, causes: readonly SchemaProblem[] = []): void {
  problems.push({ at, message, causes });
}
