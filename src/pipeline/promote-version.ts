/**
 * Takes a release in two environments of one revision; returns what has to be written into the repository so that the second
 * has the first's version: edits, and the commit's message. It writes nothing.
 */
import { formatPlace, HelmGitopsError } from '../foundation/base/errors.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { Compat } from '../foundation/values/read-values.ts';
import type { PreparedRelease } from './context.ts';
import { copyFiles } from './copy-files.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { describeField, editDefinition } from './promote-definition.ts';
import { promoteErrors } from './promote-errors.table.ts';
import { namedFiles, sharedFiles } from './shared-files.ts';
import type { Edited } from './source/write-revision.ts';
import {
  type ChosenEdits,
  chooseEdits,
  type HeldKey,
  type KeyEdit,
  mergeLayers,
  type PromotionObstacle,
} from './values/choose-edits.ts';
import { describeChange } from './values/describe-changes.ts';
import { type DefinitionField, definitionFields } from './values/edit-application.ts';
import { pinImages, type RanImage } from './values/pin-images.ts';

export interface PromotionRequest {
  readonly source: PreparedRelease;
  readonly target: PreparedRelease;
  /** All that the repository defines: what of it reads a file decides whether it may be edited. */
  readonly defined: readonly ReleaseDefinition[];
  /** Patterns; empty: `promotion.keys` of the target. */
  readonly keys: readonly string[];
  readonly compat: Compat;
  /** What is remembered of the source: since which commit it runs what it runs. */
  readonly ran: ReleaseState | undefined;
  /** That the source runs; undefined: tags move as they are. */
  readonly images?: readonly RanImage[] | undefined;
}

export interface Promotion {
  /** `shop dev→prod` */
  readonly id: string;
  readonly edits: readonly KeyEdit[];
  /** Whole new texts, by file. */
  readonly files: ReadonlyMap<string, Edited>;
  /** `values/shop/prod.yaml:4 image.tag v1→v2` */
  readonly changes: readonly string[];
  readonly message: string;
  /** Of the target's values, as they will be. */
  readonly layers: ChosenEdits['layers'];
  /** What changes of its definition, beside values. */
  readonly fields: readonly DefinitionField[];
  readonly source: PreparedRelease;
}

/** Why no version moves: `reason` is one word for programs. */
export interface PromotionRefusal {
  readonly reason: string;
  readonly error: HelmGitopsError;
}

/** Nothing to do: no edits. A key that cannot be moved stops all of them. */
export async function promoteVersion(request: PromotionRequest): Promise<Promotion> {
  const promotion = await tryPromotion(request);
  if ('error' in promotion) throw promotion.error;
  return promotion;
}

export async function tryPromotion(request: PromotionRequest): Promise<Promotion | PromotionRefusal> {
  const { source, target, defined, keys, compat } = request;
  const { app, environment: to, settings } = target.definition;
  const { environment: from } = source.definition;
  const id = `${app} ${from}→${to}`;
  const { elsewhere } = target.definition.origin;
  if (elsewhere !== undefined) {
    const hint = 'change it there; only repositories of the configuration are written to';
    const error = promoteError('promote.elsewhere', `${app}/${to} is defined in ${elsewhere}`, hint);
    return { reason: 'elsewhere', error };
  }
  const wanted = keys.length > 0 ? keys : settings.promotion.keys;
  const wholly = keys.length > 0 ? [] : settings.promotion.files;
  if (wanted.length === 0 && wholly.length === 0) {
    const hint = 'name them with --keys image.tag, or in promotion.keys of the application';
    return { reason: 'no-keys', error: promoteError('promote.no-keys', `${id}: which keys move is not said`, hint) };
  }
  const isField = (key: string): key is DefinitionField => definitionFields.some((field) => field === key);
  const inValues = wanted.filter((key) => !isField(key));
  const { images } = request;
  const pinned = images && pinImages({ values: source.values, keys: inValues, images, target: target.values });
  if (pinned !== undefined && 'unknown' in pinned) {
    const hint = 'it goes on when its pods run; promotion.pin: none promotes the tag alone';
    return { reason: 'pin', error: promoteError('promote.pin', `${id}: ${pinned.unknown}`, hint) };
  }
  const { values } = pinned ?? source;
  const copies = await copyFiles(request, wholly);
  const copied = withCopies(target, copies.files, compat);
  const chosen = chooseEdits({
    from: { ...source, values },
    target: copied,
    keys: inValues,
    own: ownFiles(target, defined),
    compat,
  });
  if (chosen.unset.length > 0) {
    const message = `${id}: ${from} does not set ${chosen.unset.map(formatKey).join(', ')}`;
    const hint = `helm-gitops values ${app} -e ${from} shows what it sets`;
    return { reason: 'unset', error: promoteError('promote.unset', message, hint) };
  }
  const definition = await editDefinition(request, wanted.filter(isField));
  const held = [...chosen.held, ...definition.held, ...copies.held];
  const [first] = held;
  if (first !== undefined) return { reason: first.obstacle, error: heldError(id, held) };
  const edits = [...chosen.edits, ...definition.edits, ...copies.edits];
  const changes = [
    ...chosen.edits.map((edit) => describeChange(edit, { layers: chosen.layers, secretKeys: undefined })),
    ...definition.edits.map(describeField),
    ...copies.changes,
  ];
  const texts = new Map(target.layers.flatMap((one) => (one.type === 'file' ? [[one.path, one.text] as const] : [])));
  const files = new Map(copies.files);
  for (const [path, after] of chosen.files) files.set(path, { before: texts.get(path) ?? '', after });
  for (const [path, edited] of definition.files) files.set(path, edited);
  const { layers } = chosen;
  const { fields } = definition;
  return { id, edits, files, changes, message: messageOf(id, changes, source), layers, fields, source };
}

/** Its values, as they are with what was copied. */
function withCopies({ layers, values }: PreparedRelease, files: ReadonlyMap<string, Edited>, compat: Compat) {
  if (files.size === 0) return { layers, values };
  const copied = layers.map((layer) => {
    const text = layer.type === 'file' ? files.get(layer.path)?.after : undefined;
    return layer.type === 'file' && text !== undefined ? { ...layer, text } : layer;
  });
  return { layers: copied, values: mergeLayers(copied, compat) };
}

/** Files of the repository, and no ConfigMap or file of a chart, which are layers too. */
export function ownFiles(
  { layers, definition }: Pick<PreparedRelease, 'layers' | 'definition'>,
  defined: readonly ReleaseDefinition[],
): ReadonlySet<string> {
  const shared = sharedFiles(defined);
  const { paths, globs } = namedFiles(definition);
  const isNamed = (path: string) => paths.has(path) || globs.some((fits) => fits(path));
  const files = layers.flatMap((layer) => (layer.type === 'file' ? [layer.path] : []));
  return new Set(files.filter((path) => isNamed(path) && !shared.has(path)));
}

const formatKey = (key: string): string => (/\s/.test(key) ? JSON.stringify(key) : key);

/** Trailers say to people and programs what was done, and from which commit. */
function messageOf(id: string, changes: readonly string[], { checkout }: PreparedRelease): string {
  const keys = changes.map((change) => change.replace(/^\S+:\d+ /, ''));
  const title = `promote ${id}: ${keys.join(', ')}`;
  const subject =
    title.length > 72 ? `promote ${id}: ${changes.length} value${changes.length === 1 ? '' : 's'}` : title;
  const source = checkout.commit === undefined ? [] : [`Helm-Gitops-Source: ${checkout.commit.id}`];
  return [subject, '', ...changes, '', `Helm-Gitops-Promotion: ${id}`, ...source, ''].join('\n');
}

export const obstacleReasons: Readonly<Record<PromotionObstacle, string>> = {
  unreadable: 'the file cannot be read as values',
  collection: 'it is a list or a table, and only single values are edited',
  alias: 'a YAML alias gives it to other keys too',
  'no-table': 'what stands above it in the file is no table',
  unclear: 'it cannot be edited without changing something else',
  'shared-file': 'it is set in a file that others read too',
  secret: 'its value comes from an encrypted file or a Secret, and would be readable',
  encrypted: 'it is set in an encrypted file or a Secret',
  template: 'it is set in a file that is a template',
  inline: 'it is set in the definition itself',
  'no-file': 'no values file is its own',
  ineffective: 'something else overrides the file',
  generated: 'no file of definitions holds the application as it is',
  unnamed: 'the application does not name the environment itself',
  'other-chart': 'its chart has no version that could be said apart, or is not that of the source',
  uncommitted: 'what the source runs is no commit',
  'no-text': 'the file cannot be copied',
};

function heldError(id: string, held: readonly HeldKey[]): HelmGitopsError {
  const texts = held.map(({ key, obstacle, place, why }) => {
    const where =
      place === undefined
        ? ''
        : ` (${formatPlace({ file: place.file, ...(place.line === undefined ? {} : { line: place.line }) })})`;
    return `${key}: ${obstacleReasons[obstacle]}${why ? `: ${why}` : ''}${where}`;
  });
  const message = `${id}: ${texts.join('; ')}`;
  const hint =
    'give the target a values file that only this application and environment reads, after the others in "values"';
  return promoteError('promote.held', message, hint);
}

export function promoteError(code: keyof typeof promoteErrors, message: string, hint: string): HelmGitopsError {
  return new HelmGitopsError(code, promoteErrors[code].fault, message, { hint });
}
