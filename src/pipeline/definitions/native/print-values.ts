/** Takes the value sources of a release, returns them as `spec.values` lists them. Throws a user's error for what cannot be. */
import { isDeepStrictEqual } from 'node:util';
import { readDocuments } from '../../../foundation/document/read-documents.ts';
import type { JsonObject } from '../../../foundation/manifest/object.ts';
import { inlineValues } from '../inline-values.ts';
import type { ReleaseDefinition, ValueSource } from '../release-definition.ts';
import { literal, unlike } from './literal.ts';

export interface PrintedValues {
  readonly values: readonly unknown[];
  readonly texts: readonly string[];
}

export function printValues(
  { values: sources, namespace }: Pick<ReleaseDefinition, 'values' | 'namespace'>,
  inlineText: (source: ValueSource) => string | undefined,
): PrintedValues {
  const texts: string[] = [];
  const mark = (text: string) => ({ inline: `@${texts.push(text) - 1}@` });
  const values = sources.flatMap((source): unknown[] => {
    if (source.type === 'text') {
      if (source.secret) throw unlike('a secret value is not written into a definition', source.place);
      const read = valuesIn(source.text);
      if (read === undefined) throw unlike('its values cannot stand in a definition', source.place);
      if (Object.keys(read).length === 0) return [];
      return [isPlainBlock(source.text) ? mark(source.text) : { inline: read }];
    }
    if (source.type !== 'inline') return [sourceOf(source, namespace)];
    if (Object.keys(source.values).length === 0) return [];
    const text = inlineText(source);
    return [
      text !== undefined && isDeepStrictEqual(valuesIn(text), source.values) ? mark(text) : { inline: source.values },
    ];
  });
  return { values, texts };
}

/** Undefined: no map, or one that is read otherwise in a definition. */
function valuesIn(text: string): JsonObject | undefined {
  const [document, ...others] = readDocuments(text, { file: '', code: 'definition.syntax' });
  if (document === undefined) return {};
  const { data, problems } = document;
  if (problems.length > 0 || others.length > 0) return undefined;
  if ((data ?? null) === null) return {};
  return typeof data === 'object' && !Array.isArray(data)
    ? inlineValues(document.node([]), document.document)
    : undefined;
}

/** It can be moved to the right as it is. */
const isPlainBlock = (text: string) => !/^(---|\.\.\.|%|\t)/m.test(text) && /^[^\s]/m.test(text);

function sourceOf(source: Exclude<ValueSource, { type: 'text' | 'inline' }>, own: string): unknown {
  const { place } = source;
  if (source.type === 'file' || source.type === 'files') return fileOf(source);
  if (source.type === 'secret' || source.type === 'configMap') {
    const { type, name, key, optional, namespace = own, sets } = source;
    const kind = type === 'secret' ? 'Secret' : 'ConfigMap';
    if (sets !== undefined) throw unlike(`the ${kind} ${name} holds a single value`, place);
    if (namespace !== own) throw unlike(`the ${kind} ${name} lies in ${namespace}, and not beside the release`, place);
    const reference = { name: literal(name, place), ...(key === 'values.yaml' ? {} : { key: literal(key, place) }) };
    return { [type]: reference, ...(optional ? { optional } : {}) };
  }
  if (source.secret) throw unlike('a secret value is not written into a definition', place);
  return { [source.type]: literal(source.expression, place) };
}

function fileOf(source: Extract<ValueSource, { type: 'file' | 'files' }>): unknown {
  const { path, optional, place } = source;
  const maybe = optional ? { optional } : {};
  if (source.type === 'file' && source.template) return { template: literal(path, place), ...maybe };
  const isGlob = source.type === 'files' && source.glob;
  if (source.type === 'files' && source.root.type !== 'own')
    throw unlike(
      `the value file ${path} lies ${source.root.type === 'chart' ? 'in the chart' : 'in another repository'}`,
      place,
    );
  if (!isGlob && /[*?[{]/.test(path)) throw unlike(`the value file ${path} would be a pattern`, place);
  if (source.type === 'files' && source.sets !== undefined) {
    if (/[,\\]/.test(path)) throw unlike(`the file ${path} has a comma or a backslash in its name`, place);
    return { setFile: literal(`${source.sets}=${path}`, place) };
  }
  return optional ? { file: literal(path, place), ...maybe } : literal(path, place);
}
