/** Values that lie in a Secret or a ConfigMap: takes the source and a way to read objects, returns the text and its values. */
import { GoError, type GoMap } from '../../foundation/template/value.ts';
import { type Compat, readValues } from '../../foundation/values/read-values.ts';
import type { ObjectSource } from '../definitions/release-definition.ts';
import type { ReadObject } from './merge-values.ts';
import { valuesError } from './values-error.ts';

interface ObjectText {
  readonly uid: string;
  /** How people find it: `Secret/shop-values/values.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** Undefined: an optional one that is not there. */
export async function readObject(
  source: ObjectSource,
  read: ReadObject,
  namespace: string | undefined,
): Promise<ObjectText | undefined> {
  const { name, key, optional, place } = source;
  const label = `${source.type === 'secret' ? 'Secret' : 'ConfigMap'}/${name}`;
  const object = await read(source);
  const text = object?.data.get(key);
  if (object !== undefined && text !== undefined) return { uid: object.uid, path: `${label}/${key}`, text };
  if (optional) return undefined;
  const keys = [...(object?.data.keys() ?? [])].sort().join(', ');
  const within = source.namespace ?? namespace;
  const where = within === undefined ? '' : ` in namespace ${within}`;
  const message = object ? `${label}${where} has no key ${key}` : `there is no ${label}${where}`;
  throw valuesError('values.object-missing', message, {
    place,
    hint: object
      ? keys === ''
        ? 'it holds nothing'
        : `it has ${keys}`
      : "it is looked for in the release's namespace, and waited for; one that may be absent has optional: true",
  });
}

/** What a Secret holds is no part of an error. */
export function parseObject({ path, text }: ObjectText, source: ObjectSource, compat: Compat): GoMap {
  try {
    return readValues(text, compat);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const line = /\bline (\d+)\b/.exec(error.message)?.[1];
    const reason =
      source.type === 'configMap' ? error.message : `it is no YAML map${line ? `, see its line ${line}` : ''}`;
    throw valuesError('values.invalid', `failed to parse ${path}: ${reason}`, { place: source.place });
  }
}
