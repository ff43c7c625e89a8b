/** ConfigMaps and Secrets that a kustomization makes of files and literals. Takes one entry of a generator, returns its object. */
import { HelmGitopsError, type Place } from '../../../../foundation/base/errors.ts';
import { setOwn } from '../../../../foundation/document/set-own.ts';
import type { Json, JsonObject } from '../../../../foundation/manifest/object.ts';
import { type FluxObject, listOf, mapOf, textOf } from './flux-object.ts';

export interface GeneratorEntry {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly entry: JsonObject;
  readonly options: JsonObject;
  readonly place: Place;
  /** The text of a file, and where it lies; throws where there is none. */
  readonly read: (path: string) => Promise<{ readonly text: string; readonly file: string }>;
}

export async function generateObject(generator: GeneratorEntry): Promise<FluxObject> {
  const { entry, place } = generator;
  const texts = new Map<string, { readonly text: string; readonly place: Place }>();
  for (const written of listOf(entry['files'])) {
    const [, key, path = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(textOf(written)) ?? [];
    const { text, file } = await generator.read(path);
    texts.set(key || (path.split('/').at(-1) ?? ''), { text, place: { file, line: 1 } });
  }
  for (const path of [...listOf(entry['envs']), ...(entry['env'] === undefined ? [] : [entry['env']])]) {
    const { text, file } = await generator.read(textOf(path as Json));
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const [, key, value] = /^\s*([^#=\s][^=]*)=(.*)$/.exec(line) ?? [];
      if (key !== undefined) texts.set(key, { text: value ?? '', place: { file, line: index + 1 } });
    }
  }
  for (const literal of listOf(entry['literals'])) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(textOf(literal)) ?? [];
    if (key === undefined)
      throw new HelmGitopsError('definition.invalid', 'user', 'a literal is written as KEY=VALUE', { place });
    texts.set(key, { text: value?.replace(/^(['"])(.*)\1$/s, '$2') ?? '', place });
  }
  return objectOf(generator, texts);
}

function objectOf(
  { kind, entry, options, place }: GeneratorEntry,
  texts: ReadonlyMap<string, { readonly text: string; readonly place: Place }>,
): FluxObject {
  const name = textOf(entry['name']);
  const namespace = textOf(entry['namespace']);
  const data: JsonObject = {};
  const coded = (text: string) => (kind === 'Secret' ? Buffer.from(text).toString('base64') : text);
  for (const [key, { text }] of texts) setOwn(data, key, coded(text));
  const own = mapOf(entry['options']);
  const isPlain = (own['disableNameSuffixHash'] ?? options['disableNameSuffixHash']) === true;
  const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
  return {
    apiVersion: 'v1',
    kind,
    name,
    namespace,
    data: { apiVersion: 'v1', kind, metadata, data },
    place: () => place,
    textPlaces: new Map([...texts].map(([key, text]) => [key, text.place])),
    ...(isPlain ? {} : { generated: name }),
  };
}

/** As `behavior` says: made anew, or over what is there. */
export function addGenerated(
  objects: readonly FluxObject[],
  made: FluxObject,
  behavior: string,
): readonly FluxObject[] {
  const isIt = ({ kind, name, generated }: FluxObject) => kind === made.kind && (generated ?? name) === made.name;
  if (behavior !== 'merge' && behavior !== 'replace') return [...objects, made];
  return objects.map((object) => {
    if (!isIt(object)) return object;
    const kept = behavior === 'merge' ? mapOf(object.data['data']) : {};
    const data = { ...object.data, data: { ...kept, ...mapOf(made.data['data']) } };
    const textPlaces = new Map([...(object.textPlaces ?? []), ...(made.textPlaces ?? [])]);
    return { ...object, data, textPlaces };
  });
}
