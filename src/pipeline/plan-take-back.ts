/**
 * Takes a release, the commit by which it got its version from another environment, and what git says now; returns the edits
 * that put back what was there before: value by value, and only where it is still what was promoted. It writes nothing.
 */
import { valueAt } from '../foundation/values/value-places.ts';
import { digestOf, filePath } from './copy-files.ts';
import { definitionId } from './definitions/release-definition.ts';
import { promotionId, valueJson } from './plan-promotion.ts';
import {
  describeEdit,
  type EditedFile,
  type RevertedRelease,
  refusedIn,
  revertDefinition,
  revertFiles,
} from './plan-revert.ts';
import type { Edited } from './source/write-revision.ts';
import { mergeLayers } from './values/choose-edits.ts';
import type { ValueLayer } from './values/merge-values.ts';
import { formatValuePath } from './values/provenance.ts';

export interface TakeBackQuestion extends RevertedRelease {
  /** The promotion's. */
  readonly commit: string;
  /** Who asks for it. */
  readonly by: string;
}

export type TakeBackPlan =
  /** What was promoted is not there any more. `dropped`: since somebody has changed it. */
  | { readonly plan: 'none'; readonly dropped: readonly string[] }
  | { readonly plan: 'impossible'; readonly message: string }
  | ({ readonly plan: 'ready' } & TakeBack);

export interface TakeBack {
  /** Of the version that goes: `p-1a2b3c4d`. */
  readonly id: string;
  readonly files: ReadonlyMap<string, Edited>;
  /** `values/shop/prod.yaml:4 image.tag v2→v1` */
  readonly changes: readonly string[];
  /** Keys that somebody has changed since: they stay. */
  readonly dropped: readonly string[];
  /** What the keys are then, as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** What goes, `image.tag`: as it was promoted, and still there. */
  readonly keys: readonly string[];
  readonly message: string;
}

export const takeBackTrailer = (id: string): string => `Helm-Gitops-Promotion-Back: ${id}`;

/** Of the commits that gave it a version, from one of these environments; without them from wherever. */
export const promotionLine = (
  { app, environment }: { readonly app: string; readonly environment: string },
  from: readonly string[] = [],
): RegExp => {
  const source = from.length === 0 ? '[^ ]+' : `(${from.map(literal).join('|')})`;
  return new RegExp(`^Helm-Gitops-Promotion: ${literal(app)} ${source}→${literal(environment)}$`);
};

/** For git's extended regular expressions too, which know no `\x77` as RegExp.escape writes it. */
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

export async function planTakeBack(question: TakeBackQuestion): Promise<TakeBackPlan> {
  const { definition } = question.prepared;
  const whole = await putBack(question);
  const inValues = (await revertFiles(question, () => true)).filter(({ path }) => !whole.paths.has(path));
  const inDefinition = (await revertDefinition(question))?.edit;
  const edits = [...inValues, ...(inDefinition ? [inDefinition] : [])];
  const held = edits.flatMap(refusedIn);
  const id = definitionId(definition);
  if (held.length > 0)
    return { plan: 'impossible', message: `${id}: ${held.map(({ message }) => message).join('; ')}` };
  const keyOf = (path: EditedFile['reverted']['dropped'][number]) =>
    formatValuePath(withinEnvironment(path, definition));
  const dropped = [...edits.flatMap(({ reverted }) => reverted.dropped.map(keyOf)), ...whole.dropped];
  const done = edits.filter(({ reverted }) => reverted.changes.length > 0);
  if (done.length === 0 && whole.files.size === 0) return { plan: 'none', dropped };
  const promoted = done.flatMap(({ reverted }) =>
    reverted.changes.map(({ path, before }) => [keyOf(path), valueJson(before)] as const),
  );
  const changes = [
    ...done.flatMap((edit) => describeEdit({ secretKeys: undefined }, edit)),
    ...[...whole.files.keys()].map((path) => `${path}:1 as it was before`),
  ];
  const digests = (which: (edited: Edited) => string) =>
    Object.fromEntries([...whole.files].map(([path, edited]) => [fileKey(path), valueJson(digestOf(which(edited)))]));
  return {
    plan: 'ready',
    id: promotionId(definition, { ...Object.fromEntries(promoted), ...digests(({ before }) => before) }),
    files: new Map([
      ...done.map(({ path, before, reverted }) => [path, { before, after: reverted.text }] as const),
      ...whole.files,
    ]),
    ...{ changes, dropped, keys: [...promoted.map(([key]) => key), ...[...whole.files.keys()].map(fileKey)] },
    values: { ...valuesThen(question, { inValues, inDefinition }), ...digests(({ after }) => after) },
    message: messageOf(question, changes, dropped),
  };
}

const fileKey = (path: string): string => formatValuePath(['files', path]);

interface PutBack {
  /** Files that moved whole, as they were. */
  readonly files: ReadonlyMap<string, Edited>;
  readonly dropped: readonly string[];
  /** All that move whole. */
  readonly paths: ReadonlySet<string>;
}

async function putBack({ prepared: { definition }, past, head }: TakeBackQuestion): Promise<PutBack> {
  const files = new Map<string, Edited>();
  const dropped: string[] = [];
  const paths = new Set(definition.settings.promotion.files.flatMap((text) => filePath(text, definition) ?? []));
  for (const path of paths) {
    const [good, bad, now] = await Promise.all([past.good.read(path), past.bad.read(path), head.read(path)]);
    if (good === undefined || bad === undefined || good === bad || now === good) continue;
    if (now === bad) files.set(path, { before: bad, after: good });
    else dropped.push(fileKey(path));
  }
  return { files, dropped, paths };
}

type Path = EditedFile['reverted']['dropped'][number];

/** Keys of the definition are named as `promotion.keys` names them. */
function withinEnvironment(path: Path, { environment }: { readonly environment: string }): Path {
  const above = ['spec', 'environments', environment];
  const isWithin = above.every((step, depth) => path[depth] === step);
  return isWithin ? path.slice(above.length) : path;
}

/** What a range of versions stands for is not known before it is looked for. */
function valuesThen(
  { prepared: { layers, definition }, compat }: TakeBackQuestion,
  { inValues, inDefinition }: { inValues: readonly EditedFile[]; inDefinition: EditedFile | undefined },
): Readonly<Record<string, string>> {
  const texts = new Map(inValues.map(({ path, reverted }) => [path, reverted.text]));
  const then = layers.map((layer): ValueLayer => {
    const text = layer.type === 'file' ? texts.get(layer.path) : undefined;
    return layer.type === 'file' && text !== undefined ? { ...layer, text } : layer;
  });
  const merged = mergeLayers(then, compat);
  const own = inValues.flatMap(({ reverted }) => reverted.changes.map(({ path }) => path));
  const fields = (inDefinition?.reverted.changes ?? []).flatMap(({ path, after }) => {
    const key = formatValuePath(withinEnvironment(path, definition));
    return key === 'revision' ? [[key, valueJson(after)] as const] : [];
  });
  return Object.fromEntries([
    ...own.map((path) => [formatValuePath(path), valueJson(valueAt(merged, path))] as const),
    ...fields,
  ]);
}

function messageOf(
  { prepared: { definition }, commit, by }: TakeBackQuestion,
  changes: readonly string[],
  dropped: readonly string[],
): string {
  const id = definitionId(definition);
  const title = `take back ${id}: ${changes.map((change) => change.replace(/^\S+:\d+ /, '')).join(', ')}`;
  const count = `take back ${id}: ${changes.length} value${changes.length === 1 ? '' : 's'}`;
  return [
    title.length > 72 ? count : title,
    '',
    `Asked by ${by.replaceAll(/\s+/g, ' ')}.`,
    '',
    ...changes,
    ...(dropped.length > 0 ? ['', `Left as somebody has changed it since: ${dropped.join(', ')}`] : []),
    '',
    takeBackTrailer(id),
    `Helm-Gitops-Source: ${commit}`,
    '',
  ].join('\n');
}
