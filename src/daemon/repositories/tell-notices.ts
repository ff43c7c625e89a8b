/** Says what is not honoured of another tool's definitions that are followed all the same: each once, until it is gone. */
import type { Problem } from '../../foundation/base/problem.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';

export interface NoticesTold {
  readonly emit: Emit;
  readonly repository: { readonly name: string; readonly path: string };
}

export function tellNotices(
  { emit, repository }: NoticesTold,
  before: ReadonlySet<string>,
  notices: readonly Problem[],
): ReadonlySet<string> {
  const told = new Set<string>();
  for (const { code, message, place, hint } of notices) {
    const key = JSON.stringify([place?.file, code, message]);
    if (!before.has(key) && !told.has(key)) {
      const where = { file: place?.file ?? repository.path, line: place?.line, column: place?.column };
      emit({
        event: 'definition.unsupported',
        repository: repository.name,
        ...where,
        message,
        code,
        ...(hint ? { hint } : {}),
      });
    }
    told.add(key);
  }
  return told;
}
