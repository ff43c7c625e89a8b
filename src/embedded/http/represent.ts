/** Takes stored objects and returns the JSON text that a client asked for: whole, as metadata only, or as a table. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { shownAs } from '../resources/convert-version.ts';
import { groupVersion, type ResourceType } from '../resources/resource-type.ts';
import { serializeItem, serializeObject } from '../storage/serialize.ts';
import type { ListPage } from './list-objects.ts';
import type { Representation } from './negotiate.ts';
import { tableRow, tableText } from './table/print-table.ts';

export interface View {
  readonly type: ResourceType;
  readonly version: string;
  readonly representation: Representation;
  /** Of tables: how much of each object a row carries. */
  readonly includeObject: string;
  readonly now: number;
}

const partials = new WeakMap<KubernetesObject, string>();

export function partialMetadata(object: KubernetesObject): string {
  const known = partials.get(object);
  if (known !== undefined) return known;
  const text = `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${JSON.stringify(object.metadata)}}`;
  partials.set(object, text);
  return text;
}

export function representObject(object: KubernetesObject, view: View, headers = true): string {
  const shown = shownAs(object, view.type, view.version);
  if (view.representation === 'metadata') return partialMetadata(shown);
  if (view.representation === 'table') {
    const meta = `{"resourceVersion":${JSON.stringify(shown.metadata.resourceVersion ?? '')}}`;
    return tableText(view, { meta, headers }, [rowOf(shown, view)]);
  }
  return serializeObject(shown);
}

function rowOf(object: KubernetesObject, view: View): string {
  const included =
    view.includeObject === 'None'
      ? undefined
      : view.includeObject === 'Object'
        ? serializeObject(object)
        : partialMetadata(object);
  return tableRow(object, view, included);
}

export function representList(page: ListPage, view: View): string {
  const meta = JSON.stringify({
    resourceVersion: String(page.revision),
    ...(page.continue === undefined ? (view.type.custom ? { continue: '' } : {}) : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  });
  const items = page.items.map((object) => shownAs(object, view.type, view.version));
  if (view.representation === 'table')
    return tableText(
      view,
      { meta, headers: true },
      items.map((object) => rowOf(object, view)),
    );
  if (view.representation === 'metadata')
    return `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":${meta},"items":[${items.map(partialMetadata).join(',')}]}`;
  const text = items.map(view.type.custom ? serializeObject : serializeItem).join(',');
  const apiVersion = groupVersion(view.type.group, view.version);
  return `{"kind":${JSON.stringify(view.type.listKind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${meta},"items":[${text}]}`;
}
