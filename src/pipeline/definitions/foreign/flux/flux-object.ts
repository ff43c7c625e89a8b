/**
 * An object as Flux would apply it: read from a file, patched by Kustomizations, its variables substituted. Where a field
 * stands is asked of the texts that it came from, the last first.
 */
import type { Place } from '../../../../foundation/base/errors.ts';
import type { Path, ReadDocument } from '../../../../foundation/document/read-documents.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { inlineValues } from '../../inline-values.ts';

export interface FluxObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `''`: none is said. */
  readonly namespace: string;
  readonly data: JsonObject;
  readonly place: (path: Path, part?: 'key' | 'value') => Place;
  /** Of a key of a ConfigMap or Secret that a Kustomization generates: where its text begins. */
  readonly textPlaces?: ReadonlyMap<string, Place>;
  /** The name that it has before a hash of its contents is added. */
  readonly generated?: string;
  /** What kustomizations have named it otherwise: patches find it by these too. */
  readonly formerly?: readonly Pick<FluxObject, 'name' | 'namespace'>[];
}

/** Undefined for what is no object of Kubernetes. */
export function fluxObject(document: ReadDocument): FluxObject | undefined {
  if (document.problems.length > 0) return undefined;
  const node = document.node([]);
  return node === undefined
    ? undefined
    : withData(inlineValues(node, document.document), (path, part) => document.place(path, part));
}

export function withData(data: JsonObject, place: FluxObject['place']): FluxObject | undefined {
  const { apiVersion, kind } = data;
  const metadata = mapOf(data['metadata']);
  const { name, namespace } = metadata;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string' || name === '')
    return undefined;
  return { apiVersion, kind, name, namespace: typeof namespace === 'string' ? namespace : '', data, place };
}

export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';

export function mapOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** `NAMESPACE/NAME`, as Flux itself writes it. */
export function shownName({ namespace, name }: Pick<FluxObject, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** An application's name: `NAMESPACE.NAME`, and `NAME` alone where both are the same or there is no namespace. */
export function applicationName(namespace: string, name: string): string {
  return namespace === '' || namespace === name ? name : `${namespace}.${name}`;
}
