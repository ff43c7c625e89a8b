/** Fields that a format knows and this version cannot honour: what of them a document gives, as problems. */
import type { Place } from '../base/errors.ts';
import type { Problem } from '../base/problem.ts';
import { formatPath, type Path } from './read-documents.ts';

/** `*` in a path stands for any name or index. */
export interface UnsupportedField {
  readonly path: readonly string[];
  readonly what: string;
  /** Values that ask for nothing and so are fine. */
  readonly except?: readonly unknown[];
}

export interface FindOptions {
  readonly data: unknown;
  readonly code: string;
  readonly place: (path: Path, part?: 'key' | 'value') => Place;
}

export function findNotYet(fields: readonly UnsupportedField[], { data, code, place }: FindOptions): Problem[] {
  const problems: Problem[] = [];
  for (const field of fields) {
    for (const path of matches(data, field)) {
      const hint = `${field.what} is for a later version: leave "${String(path.at(-1))}" out`;
      const message = `${formatPath(path)}: not yet supported`;
      problems.push({ code, message, place: place(path, 'key'), hint });
    }
  }
  return problems;
}

function matches(data: unknown, field: UnsupportedField): Path[] {
  let found: { path: Path; value: unknown }[] = [{ path: [], value: data }];
  for (const step of field.path) found = found.flatMap((at) => children(at, step));
  return found.filter(({ value }) => asksForSomething(value, field.except ?? [])).map(({ path }) => path);
}

function children({ path, value }: { path: Path; value: unknown }, step: string): { path: Path; value: unknown }[] {
  if (Array.isArray(value)) {
    return step === '*' ? value.map((item, index) => ({ path: [...path, index], value: item })) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const names = step === '*' ? Object.keys(fields) : Object.hasOwn(fields, step) ? [step] : [];
  return names.map((name) => ({ path: [...path, name], value: fields[name] }));
}

function asksForSomething(value: unknown, except: readonly unknown[]): boolean {
  if (value === undefined || value === null || except.includes(value)) return false;
  return !(Array.isArray(value) && value.length === 0);
}
