/** `.Files`: a chart's files by name, with the methods of Helm's engine.files. */
import { posix } from 'node:path';
import { fromBytes } from '../../foundation/base/byte-string.ts';
import { compileGlob, GlobError } from '../../foundation/base/glob.ts';
import {
  GoError,
  type GoFunction,
  type GoMap,
  type GoSlice,
  type GoValue,
  type NamedType,
} from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { writeYaml } from '../../foundation/yaml/write-yaml.ts';
import type { ChartFile } from '../chart/chart.ts';

export function filesObject(files: readonly ChartFile[], compat: Compat): GoMap {
  return newFiles(
    files.map(({ name, data }) => [name, data]),
    fileTypes[compat],
  );
}

function newFiles(entries: readonly (readonly [string, GoValue])[], type: NamedType): GoMap {
  const map: GoMap = new Map(entries);
  map.namedType = type;
  map.elementType = '[]uint8';
  return map;
}

function filesType(compat: Compat): NamedType {
  const methods = new Map<string, GoFunction>();
  const type: NamedType = { name: 'engine.files', kind: 'map', methods };
  const add = (name: string, signature: string, call: (files: GoMap, argument: string) => GoValue): void => {
    methods.set(name, { name, signature, call: (files, argument) => call(files as GoMap, argument as string) });
  };
  add('Get', '(string) string', (files, name) => textOf(files, name));
  add('GetBytes', '(string) []uint8', (files, name) => files.get(name) ?? new Uint8Array());
  add('Glob', '(string) engine.files', (files, pattern) => glob(files, pattern, type));
  add('AsConfig', '() string', (files) => toYaml(files, (data) => fromBytes(data)));
  add('AsSecrets', '() string', (files) => toYaml(files, (data) => Buffer.from(data).toString('base64')));
  add('Lines', '(string) []string', (files, name) => lines(files, name, compat));
  return type;
}

const fileTypes: Readonly<Record<Compat, NamedType>> = { helm3: filesType('helm3'), helm4: filesType('helm4') };

function textOf(files: GoMap, name: string): string {
  const data = files.get(name);
  return data instanceof Uint8Array ? fromBytes(data) : '';
}

/** A pattern that cannot be read matches everything. */
function glob(files: GoMap, pattern: string, type: NamedType): GoMap {
  const matches = compiled(pattern);
  return newFiles(
    [...files].filter(([name]) => matches(name)),
    type,
  );
}

function compiled(pattern: string): (name: string) => boolean {
  try {
    return compileGlob(pattern);
  } catch (error) {
    if (error instanceof GlobError) return () => true;
    throw error;
  }
}

/** By base name: of two equal ones Go keeps a random one, here the later. */
function toYaml(files: GoMap, convert: (data: Uint8Array) => string): string {
  const map: GoMap = new Map();
  for (const [name, data] of files) map.set(posix.basename(name), convert(data as Uint8Array));
  return writeYaml(map);
}

/** Helm 4.2.4 panics on an empty file, Helm 3.21.4 does not. */
function lines(files: GoMap, name: string, compat: Compat): GoSlice {
  const data = files.get(name);
  const found: GoSlice = [];
  found.elementType = 'string';
  if (!(data instanceof Uint8Array)) return found;
  if (data.length === 0) {
    if (compat === 'helm3') return found;
    throw new GoError('runtime error: index out of range [-1]');
  }
  for (const line of fromBytes(data).replace(/\n$/, '').split('\n')) found.push(line);
  return found;
}
