/**
 * What a promotion moves beside values: the chart's version, and the commit whose chart and shared files a release uses. Takes a
 * release in two environments; returns the edits of the file that defines the second. It writes nothing.
 */
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { PreparedRelease } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { shortRevision } from './source/checkout.ts';
import { openCheckoutFiles } from './source/checkout-files.ts';
import type { Edited } from './source/write-revision.ts';
import type { HeldKey, KeyEdit, PromotionObstacle } from './values/choose-edits.ts';
import { type DefinitionField, editApplication } from './values/edit-application.ts';
import { formatValuePath } from './values/provenance.ts';

export interface DefinitionRequest {
  readonly source: PreparedRelease;
  readonly target: PreparedRelease;
  /** What is remembered of the source: since which commit it runs what it runs. */
  readonly ran: ReleaseState | undefined;
}

export interface EditedDefinition {
  readonly fields: readonly DefinitionField[];
  readonly edits: readonly KeyEdit[];
  readonly held: readonly HeldKey[];
  readonly files: ReadonlyMap<string, Edited>;
}

export async function editDefinition(
  request: DefinitionRequest,
  fields: readonly DefinitionField[],
): Promise<EditedDefinition> {
  const { definition, checkout } = request.target;
  const { place } = definition.origin;
  const edits: KeyEdit[] = [];
  const done: DefinitionField[] = [];
  const held: HeldKey[] = [];
  const file = place.file ?? '';
  let text: string | undefined;
  let before = '';
  for (const field of fields) {
    const moved = fieldOf(request, field);
    if ('obstacle' in moved) held.push({ key: field, obstacle: moved.obstacle, place: definition.chart.place });
    if ('obstacle' in moved || moved.before === moved.after) continue;
    text ??= before = await (await openCheckoutFiles(checkout.root)).read(file);
    const { app, environment } = definition;
    const edited = editApplication({ file, text, app, environment, field, before: moved.before, after: moved.after });
    if ('refused' in edited) held.push({ key: field, obstacle: edited.refused, place });
    else {
      edits.push(edited.edit);
      done.push(field);
      text = edited.text;
    }
  }
  const files = new Map(edits.length > 0 && text ? [[file, { before, after: text }]] : []);
  return { fields: done, edits, held, files };
}

type MovedField =
  | { readonly before: string | undefined; readonly after: string }
  | { readonly obstacle: PromotionObstacle };

function fieldOf({ source, target, ran }: DefinitionRequest, field: DefinitionField): MovedField {
  if (field === 'chart.version') {
    const place = originOf(target.definition);
    if (place === undefined || place !== originOf(source.definition)) return { obstacle: 'other-chart' };
    // What a range stands for in the source is what ran there.
    return { before: target.chart.metadata.version, after: source.chart.metadata.version };
  }
  const pinned = source.definition.pin?.revision;
  const since = ran?.deployed?.digest === source.digest ? ran.deployed.revision : source.checkout.revision;
  const after = pinned ?? since;
  if (pinned === undefined && !/^[0-9a-f]{40,64}$/.test(since)) return { obstacle: 'uncommitted' };
  return { before: target.definition.pin?.revision, after };
}

/** Of a chart whose version stands apart. */
function originOf({ chart }: ReleaseDefinition): string | undefined {
  if (chart.type === 'repository') return `${chart.repository} ${chart.name}`;
  const isPinned = chart.type === 'oci' && /[@:][^/]*$/.test(chart.reference.replace(/^oci:\/\//, ''));
  return chart.type === 'oci' && !isPinned ? chart.reference : undefined;
}

/** `apps/shop.yaml:14 revision 3f2a1c9→8d01b77` */
export function describeField({ path, before, after, file, line }: KeyEdit): string {
  const shown = (value: KeyEdit['before']) => (value === undefined ? '(none)' : shortRevision(String(value)));
  return `${file}:${line} ${formatValuePath(path)} ${shown(before)}→${shown(after)}`;
}
