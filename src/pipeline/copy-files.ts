/**
 * Takes a release in two environments and the files that move whole, as templates of their paths; returns the second's files as
 * the first has them, or why one is left alone. It reads the checkouts and writes nothing.
 */
import { createHash } from 'node:crypto';
import { HelmGitopsError } from '../foundation/base/errors.ts';
import { repositoryPath } from '../foundation/base/repository-path.ts';
import { mayBeEncrypted } from '../foundation/secrets/decrypt-file.ts';
import type { PreparedRelease } from './context.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { renderTemplate } from './definitions/render-template.ts';
import { namedFiles } from './shared-files.ts';
import type { Checkout } from './source/checkout.ts';
import { openCheckoutFiles } from './source/checkout-files.ts';
import type { Edited } from './source/write-revision.ts';
import { changedLines, type HeldKey, type KeyEdit } from './values/choose-edits.ts';

export interface FileCopies {
  /** Each as one value: the digest of the file. */
  readonly edits: readonly KeyEdit[];
  readonly held: readonly HeldKey[];
  readonly files: ReadonlyMap<string, Edited>;
  /** `dashboards/prod.json:1 copy of dashboards/dev.json` */
  readonly changes: readonly string[];
}

interface Copying {
  readonly source: PreparedRelease;
  readonly target: PreparedRelease;
  readonly defined: readonly ReleaseDefinition[];
}

export async function copyFiles(copying: Copying, templates: readonly string[]): Promise<FileCopies> {
  const edits: KeyEdit[] = [];
  const held: HeldKey[] = [];
  const files = new Map<string, Edited>();
  const changes: string[] = [];
  for (const text of templates) {
    const [from, to] = [copying.source, copying.target].map((one) => filePath(text, one.definition));
    const copied = await copyOne(copying, from, to);
    const key = `files.${to ?? text}`;
    if ('obstacle' in copied) held.push({ key, ...copied, place: undefined });
    else if (copied.before !== copied.after && to !== undefined) {
      const { before, after } = copied;
      files.set(to, copied);
      const values = { before: digestOf(before), after: digestOf(after) };
      edits.push({ path: ['files', to], ...values, file: to, line: 1, ...changedLines(before, after) });
      changes.push(`${to}:1 copy of ${from}`);
    }
  }
  return { edits, held, files, changes };
}

/** Undefined: it leads out of the repository. */
export function filePath(text: string, { variables, promote }: ReleaseDefinition): string | undefined {
  return repositoryPath(renderTemplate({ text, ...(promote ? { place: promote.place } : {}) }, variables));
}

/** By which a state remembers it. */
export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

type Refused = Pick<HeldKey, 'obstacle' | 'why'>;

async function copyOne(
  { source, target, defined }: Copying,
  from: string | undefined,
  to: string | undefined,
): Promise<Edited | Refused> {
  if (from === undefined || to === undefined) return { obstacle: 'no-text', why: 'it leads out of the repository' };
  if (isOfOthers(to, target.definition, defined)) return { obstacle: 'shared-file' };
  const [after, before] = await Promise.all([textOf(source.checkout, from), textOf(target.checkout, to)]);
  if (typeof after !== 'string') return after;
  if (typeof before !== 'string') return before;
  if (mayBeEncrypted({ path: from, text: after })) return { obstacle: 'secret' };
  if (mayBeEncrypted({ path: to, text: before })) return { obstacle: 'encrypted' };
  return { before, after };
}

/** Another release reads it, or it is one of definitions. */
function isOfOthers(path: string, target: ReleaseDefinition, defined: readonly ReleaseDefinition[]): boolean {
  return defined.some((one) => {
    if (one.origin.place.file === path) return true;
    if (definitionId(one) === definitionId(target)) return false;
    const { paths, globs } = namedFiles(one);
    return paths.has(path) || globs.some((fits) => fits(path));
  });
}

async function textOf({ root }: Checkout, path: string): Promise<string | Refused> {
  try {
    const text = await (await openCheckoutFiles(root)).read(path);
    return text.isWellFormed() ? text : { obstacle: 'no-text', why: `${path} is not made of text` };
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    return { obstacle: 'no-text', why: error.message };
  }
}
