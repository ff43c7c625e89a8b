/** One comment of ours on a pull request: it is known by its first line, and written again where it is there already. */
import type { AskForge } from './ask-forge.ts';
import type { RequestComment } from './forge.ts';
import { numberAt } from './read-answer.ts';

export interface CommentOperations {
  /** `comment on pull request #7` */
  readonly what: string;
  /** Those that are there, as the forge has them; each with its `id`. */
  readonly list: () => Promise<readonly unknown[]>;
  readonly text: (comment: unknown) => string | undefined;
  readonly path: string;
  readonly pathOf: (id: number) => string;
  readonly method: 'PATCH' | 'PUT';
  readonly body: (text: string) => unknown;
}

/** No forge shows a link's definition. */
export const firstLine = (name: string): string => `[//]: # (helm-gitops ${name.replaceAll(/[^\w.-]/g, '-')})`;

export async function keepComment(
  ask: AskForge,
  operations: CommentOperations,
  { name, body }: RequestComment,
): Promise<'written' | 'renewed'> {
  const { what, list, text, path, pathOf, method, body: bodyOf } = operations;
  const mark = firstLine(name);
  const written = `${mark}\n\n${body}`;
  for (const comment of await list()) {
    const id = numberAt(comment, 'id');
    if (id === undefined || !text(comment)?.startsWith(mark)) continue;
    if (text(comment) === written) return 'renewed';
    // What somebody else wrote that begins like ours is not changed.
    const { status } = await ask({ what, method, path: pathOf(id), body: bodyOf(written), accept: [403, 404] });
    if (status < 300) return 'renewed';
  }
  await ask({ what, method: 'POST', path, body: bodyOf(written) });
  return 'written';
}
