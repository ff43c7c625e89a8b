/**
 * Takes an Argo CD ApplicationSet as a document, returns what it takes to expand it, or what is wrong with it. Pure: which
 * applications there are is asked for later, once it is known what lies in which repository.
 */
import type { Problem } from '../../../../../foundation/base/problem.ts';
import { checkDocument } from '../../../../../foundation/document/check-document.ts';
import type { Path, ReadDocument } from '../../../../../foundation/document/read-documents.ts';
import { inlineValues } from '../../../inline-values.ts';
import { checkFields, fieldTable } from '../../check-fields.ts';
import type { ParsedSet } from '../../foreign-set.ts';
import { withoutNulls } from '../without-nulls.ts';
import { expandSet } from './expand-set.ts';
import { type GeneratorKind, generatorKinds } from './generate.ts';
import { setFields } from './set-fields.table.ts';
import { type ArgoSet, setSchema } from './set-schema.ts';

const table = fieldTable(setFields);
const invalid = 'definition.invalid';

export interface TranslatedSet {
  readonly set?: ParsedSet;
  readonly problems: readonly Problem[];
}

export function translateSet(document: ReadDocument): TranslatedSet {
  // Kubernetes reads it by the rules of YAML 1.1: what a list holds becomes a parameter as it is.
  const spec = inlineValues(document.node(['spec']), document.document);
  const data = withoutNulls({ ...(document.data as object), spec });
  const place = (path: Path, part?: 'key' | 'value') => document.place(path, part);
  const { value, problems } = checkDocument(setSchema, { data, place, code: invalid });
  if (value === undefined) return { problems };
  const label = `application set ${value.metadata.name}`;
  const { refused, notices } = checkFields(data, { table, document, label });
  if (refused.length > 0) return { problems: refused };
  const wrong = emptyGenerators(value, label).map(({ path, ...one }) => ({ ...one, place: place(path) }));
  if (wrong.length > 0) return { problems: wrong };
  const { name } = value.metadata;
  const set: ParsedSet = {
    name,
    place: place(['metadata', 'name']),
    notices,
    expand: (around) => expandSet({ set: value, place }, around),
  };
  return { set, problems: [] };
}

function emptyGenerators({ spec }: ArgoSet, label: string) {
  return spec.generators.flatMap((generator, index) => {
    const kinds: GeneratorKind[] = generatorKinds.filter((kind) => generator[kind] !== undefined);
    if (kinds.length > 0) return [];
    const path = ['spec', 'generators', index];
    const hint = `one of ${generatorKinds.join(', ')}`;
    return [{ code: invalid, message: `${label}: it is no generator that is known`, path, hint }];
  });
}
