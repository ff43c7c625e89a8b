/**
 * Takes an incident that ended well, the two revisions of it and what git says now; returns the edits that take the change back
 * in git, or why that is left to a person: all of what the change did can be taken back, or nothing is. It writes nothing.
 */
import { formatPlace } from '../foundation/base/errors.ts';
import type { Incident } from '../foundation/state/incident.ts';
import type { GoMap, GoValue } from '../foundation/template/value.ts';
import type { Compat } from '../foundation/values/read-values.ts';
import { sameValue } from '../foundation/values/same-value.ts';
import { type ValuePath, valueAt } from '../foundation/values/value-places.ts';
import type { PreparedRelease } from './context.ts';
import { definitionId, type ReleaseDefinition } from './definitions/release-definition.ts';
import { obstacleReasons, ownFiles } from './promote-version.ts';
import { revertMessage } from './remediate/describe-revert.ts';
import { shortRevision } from './source/checkout.ts';
import type { Edited } from './source/write-revision.ts';
import { mergeLayers, obstacleOf } from './values/choose-edits.ts';
import { describeChange } from './values/describe-changes.ts';
import type { FileLayer, ValueLayer } from './values/merge-values.ts';
import { type ChangedValue, changedValues, formatValuePath, locateInLayer } from './values/provenance.ts';
import { type RevertedChart, revertChart } from './values/revert-chart.ts';
import { type RevertedValues, revertValues } from './values/revert-values.ts';

/** The files of a commit. */
export interface PastFiles {
  /** Undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** By path, the id of its contents. */
  readonly contents: ReadonlyMap<string, string>;
}

export interface RevertQuestion {
  readonly incident: Incident;
  /** As git defines it now. */
  readonly prepared: PreparedRelease;
  readonly defined: readonly ReleaseDefinition[];
  readonly compat: Compat;
  /** As Helm recorded them of the revision that was gone back to, and of the one that failed. */
  readonly values: { readonly good: GoMap; readonly bad: GoMap };
  /** `shop-1.4.2` */
  readonly charts: { readonly good: string; readonly bad: string };
  readonly past: { readonly good: PastFiles; readonly bad: PastFiles };
  readonly head: Pick<PastFiles, 'read'>;
  readonly secretKeys: readonly string[] | undefined;
}

export type RevertPlan =
  | { readonly revert: 'none' }
  | { readonly revert: 'impossible'; readonly reason: string; readonly message: string; readonly hint: string }
  | {
      readonly revert: 'ready';
      readonly files: ReadonlyMap<string, Edited>;
      readonly changes: readonly string[];
      readonly dropped: readonly string[];
      readonly message: string;
    };

/** What of a question the edits hang on. */
export type RevertedRelease = Pick<RevertQuestion, 'prepared' | 'defined' | 'compat' | 'past' | 'head'>;

interface Held {
  readonly reason: string;
  readonly message: string;
}

export interface EditedFile {
  readonly path: string;
  readonly before: string;
  readonly reverted: RevertedValues;
}

export async function planRevert(question: RevertQuestion): Promise<RevertPlan> {
  const { incident, prepared, values } = question;
  const id = definitionId(prepared.definition);
  const causes = changedValues(values.bad, values.good);
  const concerns = (path: ValuePath) => causes.some((cause) => touches(cause.path, path));
  const inValues = await revertFiles(question, concerns);
  const chart = await revertDefinition(question);
  const edits = [...inValues, ...(chart ? [chart.edit] : [])];
  const held = [
    ...edits.flatMap(refusedIn),
    ...(await chartLeft(question, chart?.reverted)),
    ...valuesLeft(question, causes, inValues),
  ];
  const [first] = held;
  if (first !== undefined) {
    const message = `${id}: ${held.map((one) => one.message).join('; ')}`;
    const hint = `take back by hand what ${shortRevision(incident.revision)} did to it, or commit a fix`;
    return { revert: 'impossible', reason: first.reason, message, hint };
  }
  const done = edits.filter(({ reverted }) => reverted.changes.length > 0);
  const dropped = edits.flatMap(({ reverted }) => reverted.dropped.map(formatValuePath));
  if (done.length === 0) return nothingDone(question, { causes, dropped });
  const changes = done.flatMap((edit) => describeEdit(question, edit));
  const files = new Map(done.map(({ path, before, reverted }) => [path, { before, after: reverted.text }]));
  const message = revertMessage({ id, incident, changes, dropped });
  return { revert: 'ready', files, changes, dropped, message };
}

/** One lies above the other, or they are the same. */
const touches = (one: ValuePath, other: ValuePath): boolean =>
  one.every((step, depth) => other[depth] === undefined || other[depth] === step);

function nothingDone(
  { incident, prepared, charts }: RevertQuestion,
  { causes, dropped }: { causes: readonly ChangedValue[]; dropped: readonly string[] },
): RevertPlan {
  if (dropped.length > 0 || causes.length > 0 || charts.good !== charts.bad) return { revert: 'none' };
  const id = definitionId(prepared.definition);
  const message = `${id}: neither its values nor its chart's version changed, so the definition did, or what it reads in the cluster`;
  const hint = `take back by hand what ${shortRevision(incident.revision)} did to it, or commit a fix`;
  return { revert: 'impossible', reason: 'definition', message, hint };
}

export async function revertFiles(
  question: RevertedRelease,
  concerns: (path: ValuePath) => boolean,
): Promise<EditedFile[]> {
  const { prepared, defined, past, compat } = question;
  const own = ownFiles(prepared, defined);
  const files = prepared.layers.filter(
    (layer): layer is FileLayer =>
      layer.type === 'file' && own.has(layer.path) && layer.secret !== true && layer.lines === undefined,
  );
  const edited = await Promise.all(
    files.map(async ({ path, text }): Promise<EditedFile[]> => {
      const [good = '', bad = ''] = await Promise.all([past.good.read(path), past.bad.read(path)]);
      if (good === bad) return [];
      return [{ path, before: text, reverted: revertValues({ good, bad, head: text, concerns, compat }) }];
    }),
  );
  return edited.flat();
}

export async function revertDefinition({
  prepared: { definition },
  defined,
  past,
  head,
}: RevertedRelease): Promise<{ readonly edit: EditedFile; readonly reverted: RevertedChart } | undefined> {
  const { app, environment, origin, foreign } = definition;
  const { file: path } = origin.place;
  if (foreign !== undefined || path === undefined) return undefined;
  const [good, bad, now] = await Promise.all([past.good.read(path), past.bad.read(path), head.read(path)]);
  if (good === undefined || bad === undefined || now === undefined || good === bad) return undefined;
  const alone = defined.filter((one) => one.app === app).length === 1;
  const reverted = revertChart({ good, bad, head: now, app, environment, alone });
  return reverted && { edit: { path, before: now, reverted }, reverted };
}

export const refusedIn = ({ path: file, reverted }: EditedFile): Held[] =>
  reverted.refused.map(({ path, reason }) => ({
    reason,
    message: `${file} ${formatValuePath(path)}: ${obstacleReasons[reason]}`,
  }));

/** What changed of the chart beside its version. */
async function chartLeft(
  { prepared: { definition }, charts, past }: RevertQuestion,
  reverted: RevertedChart | undefined,
): Promise<Held[]> {
  const shared = (reverted?.shared ?? []).map((field): Held => {
    const reason = field.endsWith('patches') ? 'definition' : 'shared-file';
    const message = `${definition.origin.place.file} ${field}: ${reason === 'definition' ? 'patches are' : 'the chart is said for several environments, and it is'} not taken back`;
    return { reason, message };
  });
  if (reverted !== undefined && (reverted.changes.length > 0 || reverted.dropped.length > 0)) return shared;
  const { chart } = definition;
  if (chart.type !== 'path') {
    const moved = charts.good !== charts.bad && shared.length === 0;
    const message = `the chart is ${charts.bad} instead of ${charts.good} without a change of the definition`;
    return moved ? [{ reason: 'chart', message }] : shared;
  }
  const inside = ([path]: readonly [string, string]) => path === chart.path || path.startsWith(`${chart.path}/`);
  const [good, bad] = [past.good.contents, past.bad.contents];
  const changed = [...[...good].filter(inside), ...[...bad].filter(inside)].flatMap(([path]) =>
    good.get(path) === bad.get(path) ? [] : [path],
  );
  const paths = [...new Set(changed)];
  if (paths.length === 0) return shared;
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  const message = `the chart's own files are not edited: ${paths.slice(0, 3).join(', ')}${more}`;
  return [...shared, { reason: 'chart', message }];
}

/** What would still be as the change made it, with all edits made. */
function valuesLeft(
  { prepared: { layers }, compat }: RevertQuestion,
  causes: readonly ChangedValue[],
  edited: readonly EditedFile[],
): Held[] {
  const texts = new Map(edited.map(({ path, reverted }) => [path, reverted.text]));
  const after = layers.map((layer): ValueLayer => {
    const text = layer.type === 'file' ? texts.get(layer.path) : undefined;
    return layer.type === 'file' && text !== undefined ? { ...layer, text } : layer;
  });
  const merged = mergeLayers(after, compat);
  return causes.flatMap(({ path, before }): Held[] => {
    // The bad value is gone, whoever took it away.
    if (!isSame(valueAt(merged, path), before)) return [];
    const setter = after.findLast((layer) => locateInLayer(layer, path) !== undefined);
    const obstacle = setter === undefined ? 'shared-file' : obstacleOf(setter);
    const place = setter && locateInLayer(setter, path);
    const where = place ? ` (${formatPlace({ file: place.file, ...(place.line ? { line: place.line } : {}) })})` : '';
    return [{ reason: obstacle, message: `${formatValuePath(path)}: ${obstacleReasons[obstacle]}${where}` }];
  });
}

const isSame = (one: GoValue | undefined, other: GoValue | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameValue(one, other);

export function describeEdit(
  { secretKeys }: Pick<RevertQuestion, 'secretKeys'>,
  { path, before, reverted }: EditedFile,
): string[] {
  return reverted.changes.map((change) => {
    // A key that goes is named by the line that it stood on.
    const text = change.after === undefined ? before : reverted.text;
    return describeChange(change, { layers: [{ type: 'file', path, text }], secretKeys });
  });
}
