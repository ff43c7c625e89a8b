/**
 * Takes an object and the variables of its Kustomization, returns it with them substituted, as a text and read again: so an
 * unquoted number becomes one. Throws a user's error where it is broken or uses what nobody here knows. Pure.
 */
import { HelmGitopsError } from '../../../../foundation/base/errors.ts';
import type { JsonObject } from '../../../../foundation/manifest/object.ts';
import { GoError } from '../../../../foundation/template/value.ts';
import { fromJson, toJson } from '../../../../foundation/yaml/plain-json.ts';
import { readYaml } from '../../../../foundation/yaml/read-yaml.ts';
import { writeYaml } from '../../../../foundation/yaml/write-yaml.ts';
import { type FluxObject, mapOf, shownName, withData } from './flux-object.ts';
import { SubstitutionError, substituteText } from './substitute-text.ts';

export interface KnownVariables {
  readonly values: ReadonlyMap<string, string>;
  /** ConfigMaps and Secrets that hold more of them, which cannot be read here. */
  readonly unread: readonly string[];
  /** Also where there are no values. */
  readonly always: boolean;
}

const disabled = 'kustomize.toolkit.fluxcd.io/substitute';

export function substituteObject(object: FluxObject, { values, unread, always }: KnownVariables): FluxObject {
  const { labels, annotations } = mapOf(object.data['metadata']);
  if ([labels, annotations].some((map) => mapOf(map)[disabled] === 'disabled')) return object;
  if (values.size === 0 && unread.length === 0 && !always) return object;
  if (!JSON.stringify(object.data).includes('$')) return object;
  const missing = new Set<string>();
  const get = (name: string) => {
    const value = values.get(name);
    if (value === undefined) missing.add(name);
    return value;
  };
  const data = readAgain(object, () => substituteText(writeYaml(fromJson(object.data)), { get }));
  const [first] = missing;
  if (first !== undefined && unread.length > 0)
    throw failed(object, `the variable \${${first}} may be one of ${unread.join(', ')}`, {
      hint: 'the repository does not apply it in clear: set the variable in postBuild.substitute',
    });
  const changed = withData(data, object.place);
  if (changed === undefined) throw failed(object, 'without its variables it has no name');
  const { generated, textPlaces } = object;
  return { ...changed, ...(generated ? { generated } : {}), ...(textPlaces ? { textPlaces } : {}) };
}

function readAgain(object: FluxObject, substitute: () => string): JsonObject {
  try {
    return mapOf(toJson(readYaml(substitute())));
  } catch (error) {
    if (error instanceof SubstitutionError) throw failed(object, `its variables are broken: ${error.message}`);
    if (error instanceof GoError) throw failed(object, 'with its variables it is no YAML');
    throw error;
  }
}

function failed(object: FluxObject, message: string, more: { readonly hint?: string } = {}): HelmGitopsError {
  const text = `${object.kind} ${shownName(object)}: ${message}`;
  return new HelmGitopsError('definition.invalid', 'user', text, {
    place: object.place(['metadata', 'name']),
    ...more,
  });
}
