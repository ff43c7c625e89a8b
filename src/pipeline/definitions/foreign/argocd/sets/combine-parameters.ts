/** Takes parameters of several generators, returns them put together as Argo CD's matrix and merge do. Pure. */
import { HelmGitopsError } from '../../../../../foundation/base/errors.ts';
import { formatDefault } from '../../../../../foundation/template/printf.ts';
import type { GoMap } from '../../../../../foundation/template/value.ts';
import { writeJson } from '../../../../../foundation/yaml/write-json.ts';
import type { Filling } from './fill-text.ts';
import { mergeParameters } from './parameters.ts';

const failed = (message: string, hint?: string) =>
  new HelmGitopsError('definition.generator', 'user', message, { hint });

/** Of a matrix without goTemplate: everything is a text, and what both have is the same. */
export function combineTexts(one: GoMap, other: GoMap): GoMap {
  const combined: GoMap = new Map();
  for (const [key, value] of [...one, ...other]) {
    const text = typeof value === 'string' ? value : formatDefault(value);
    const before = combined.get(key);
    if (before !== undefined && before !== text)
      throw failed(`both generators make ${key}: ${JSON.stringify(before)} and ${JSON.stringify(text)}`);
    combined.set(key, text);
  }
  return combined;
}

/** The first generator says which there are; of those that agree in every key the later one wins. */
export function mergeByKeys(
  sets: readonly (readonly GoMap[])[],
  keys: readonly string[],
  { goTemplate }: Pick<Filling, 'goTemplate'>,
): GoMap[] {
  if (keys.length === 0) throw failed('"mergeKeys" is missing');
  const [base = new Map<string, GoMap>(), ...overrides] = sets.map((set) => byKeys(set, keys));
  for (const set of overrides)
    for (const [id, parameters] of base) {
      const over = set.get(id);
      if (over !== undefined)
        base.set(id, goTemplate ? mergeParameters(parameters, over) : new Map([...parameters, ...over]));
    }
  return [...base.values()];
}

function byKeys(set: readonly GoMap[], keys: readonly string[]): Map<string, GoMap> {
  const found = new Map<string, GoMap>();
  for (const parameters of set) {
    const id = writeJson(new Map([...new Set(keys)].sort().map((key) => [key, parameters.get(key) ?? null] as const)));
    if (found.has(id)) throw failed(`two applications of one generator have the same merge keys: ${id}`);
    found.set(id, parameters);
  }
  return found;
}
