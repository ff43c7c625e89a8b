/** Takes an Application with `spec.apps`, returns what does not go with that. Pure. */
import type { Problem } from '../../foundation/base/problem.ts';
import type { ReadDocument } from '../../foundation/document/read-documents.ts';

const invalid = 'definition.invalid';

/** An application of applications has no release of its own that settings could be for. */
export function besideApps(document: ReadDocument): Problem | undefined {
  const { spec } = document.data as { spec: Record<string, unknown> };
  if (!Object.hasOwn(spec.apps as object, 'path')) {
    return { code: invalid, message: 'spec.apps: "path" is missing', place: document.place(['spec', 'apps']) };
  }
  const other = Object.keys(spec).find((field) => field !== 'apps' && field !== 'project');
  if (other === undefined) return undefined;
  const hint = 'settings for all applications of a folder go into a Defaults document there';
  const message = `spec.${other} does not go with spec.apps`;
  return { code: invalid, message, place: document.place(['spec', other], 'key'), hint };
}
