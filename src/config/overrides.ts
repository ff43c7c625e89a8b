/**
 * Single fields given beside the file: `--set a.b=c` in Helm's grammar, and HELM_GITOPS_SERVER__TOKEN_FILE. Takes them,
 * returns a path and a value each; applying them is applyOverrides. Values are never repeated in a message.
 */
import type { Place } from '../foundation/base/errors.ts';
import type { Problem } from '../foundation/base/problem.ts';
import { type JsonSchema, schemasAt } from '../foundation/document/check-document.ts';
import type { Path } from '../foundation/document/read-documents.ts';
import { setOwn } from '../foundation/document/set-own.ts';
import { parseSet } from './parse-set.ts';

export interface Override {
  readonly path: Path;
  readonly value: unknown;
  readonly place: Place;
}

export interface Overrides {
  readonly overrides: readonly Override[];
  readonly problems: readonly Problem[];
}

const code = 'config.invalid';
export const overridePrefix = 'HELM_GITOPS_';

/** A Service named helm-gitops makes Kubernetes set these in every pod beside it. */
const serviceLink = /^HELM_GITOPS_(SERVICE_(HOST|PORT)|PORT)(_|$)/;

export function overridesOfSets(sets: readonly string[], shape: JsonSchema): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  for (const text of sets) {
    try {
      for (const { path, value } of parseSet(text)) {
        const place = { file: `--set ${path.join('.')}` };
        overrides.push({ path, value: wantsText(shape, path) && isScalar(value) ? String(value) : value, place });
      }
    } catch (error) {
      const place = { file: `--set ${text.split('=')[0]}` };
      problems.push({ code, message: (error as Error).message, place, hint: 'write --set name.of.field=value' });
    }
  }
  return { overrides, problems };
}

export function overridesOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  shape: JsonSchema,
): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  for (const [variable, text] of Object.entries(environment).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!variable.startsWith(overridePrefix) || text === undefined || serviceLink.test(variable)) continue;
    const place = { file: `environment variable ${variable}` };
    const path = variable.slice(overridePrefix.length).split('__').map(fieldName);
    const value = typedValue(text, schemasAt(shape, path));
    if (value !== undefined) overrides.push({ path, value, place });
    else problems.push({ code, message: `${path.join('.')}: expected JSON`, place });
  }
  return { overrides, problems };
}

/** TOKEN_FILE → tokenFile; digits are an index. */
function fieldName(part: string): string | number {
  if (/^\d+$/.test(part)) return Number(part);
  return part.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The environment knows only text; the field says what it means. Undefined: a list or map that is no JSON. */
function typedValue(text: string, schemas: readonly JsonSchema[]): unknown {
  const types = new Set(schemas.map((schema) => schema.type));
  if (types.has('array') || types.has('object')) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return types.has('string') ? text : undefined;
    }
  }
  if (types.has('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  if ((types.has('integer') || types.has('number')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return types.has('null') && text === 'null' ? null : text;
}

function wantsText(shape: JsonSchema, path: Path): boolean {
  const types = new Set(schemasAt(shape, path).map((schema) => schema.type));
  return types.has('string') && !types.has('boolean') && !types.has('integer') && !types.has('number');
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** A copy of the data with the fields set; maps and lists on the way are made where there are none. */
export function applyOverrides(data: unknown, overrides: readonly Override[]): unknown {
  let result = structuredClone(data) as unknown;
  for (const { path, value } of overrides) result = setAt(result, path, value);
  return result;
}

function setAt(parent: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(parent) ? parent : [];
    list[Math.min(step, list.length)] = setAt(list[step], rest, value);
    return list;
  }
  const map = typeof parent === 'object' && parent !== null && !Array.isArray(parent) ? parent : {};
  const fields = map as Record<string, unknown>;
  const name = String(step);
  setOwn(fields, name, setAt(Object.hasOwn(fields, name) ? fields[name] : undefined, rest, value));
  return fields;
}
