/** Gives objects other names and namespaces, as the transformers of Kustomize do. Pure. */
import { createHash } from 'node:crypto';
import { setOwn } from '../../../../foundation/document/set-own.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { clusterKinds } from '../../cluster-kinds.table.ts';
import { type FluxObject, groupOf, mapOf, textOf } from './flux-object.ts';

/** Where other objects name a ConfigMap or a Secret: `configurations` of a kustomization.yaml. */
export interface NameReference {
  /** Of what is named. */
  readonly kind: string;
  /** Of who names it. */
  readonly by: string;
  readonly path: readonly string[];
}

export function inNamespace(object: FluxObject, namespace: string): FluxObject {
  if (namespace === '') return object;
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') return renamed(object, { name: namespace });
  const group = groupOf(object.apiVersion);
  const key = group === '' ? object.kind : `${group}/${object.kind}`;
  return clusterKinds.has(key) ? object : renamed(object, { namespace });
}

const unnamed: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'APIService', 'Namespace']);

export function withAffixes(object: FluxObject, prefix: string, suffix: string): FluxObject {
  if ((prefix === '' && suffix === '') || unnamed.has(object.kind)) return object;
  return renamed(object, { name: `${prefix}${object.name}${suffix}` });
}

function renamed(object: FluxObject, change: { readonly name?: string; readonly namespace?: string }): FluxObject {
  const data = { ...object.data, metadata: { ...mapOf(object.data['metadata']), ...change } };
  const { name, namespace, formerly = [] } = object;
  return { ...object, data, ...change, formerly: [...formerly, { name, namespace }] };
}

/** The last step of a build: generated objects get their hash, and whoever names what has another name now follows. */
export function hashNames(objects: readonly FluxObject[], references: readonly NameReference[]): FluxObject[] {
  const hashed = objects.map((object) => {
    if (object.generated === undefined) return object;
    const digest = createHash('sha256').update(JSON.stringify(object.data)).digest('hex').slice(0, 10);
    return renamed(object, { name: `${object.name}-${digest}` });
  });
  const renames = new Map<string, string>();
  for (const { kind, namespace, name, formerly = [] } of hashed)
    for (const before of formerly) renames.set(`${kind} ${namespace}/${before.name}`, name);
  return hashed.map((object) =>
    references
      .filter(({ by }) => by === object.kind)
      .reduce((one, { kind, path }) => {
        const rename = (name: Json) => renames.get(`${kind} ${object.namespace}/${textOf(name)}`) ?? name;
        return withFields(one, mapAt(one.data, path, rename) as JsonObject);
      }, object),
  );
}

const withFields = (object: FluxObject, data: JsonObject): FluxObject => ({ ...object, data });

/** Lists on the way are gone through. */
function mapAt(value: Json, path: readonly string[], change: (value: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => mapAt(item, path, change));
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  const copy: JsonObject = { ...value };
  setOwn(copy, step, mapAt(value[step] as Json, rest, change));
  return copy;
}
