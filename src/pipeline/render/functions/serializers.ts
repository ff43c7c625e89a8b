/**
 * Values to and from YAML, JSON and TOML. The plain forms never fail: writers give "" (TOML: the error's text), readers
 * put the error into the result. The must… forms throw it.
 */

import { nilMap, nilSlice } from '../../../foundation/template/kind.ts';
import {
  GoError,
  type GoFunction,
  type GoMap,
  type GoSlice,
  type GoValue,
} from '../../../foundation/template/value.ts';
import { readJson, readJsonList, readJsonMapPartly } from '../../../foundation/yaml/read-json.ts';
import { readToml } from '../../../foundation/yaml/read-toml.ts';
import { readYamlList, readYamlMap } from '../../../foundation/yaml/read-yaml.ts';
import type { NewTomlTime } from '../../../foundation/yaml/toml-time.ts';
import { writeJson } from '../../../foundation/yaml/write-json.ts';
import { writeToml } from '../../../foundation/yaml/write-toml.ts';
import { writeYaml } from '../../../foundation/yaml/write-yaml.ts';
import { writeYamlPretty } from '../../../foundation/yaml/write-yaml-pretty.ts';
import { goFunction } from './go-function.ts';
import { timeObject } from './time-value.ts';
import { UTC } from './time-zone.ts';

function otherwise<T>(attempt: () => T, fallback: (message: string) => T): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof GoError) return fallback(error.message);
    throw error;
  }
}

/** encoding/json sets a map or slice to nil for it; the YAML readers make it an empty one. */
const isJsonNull = (text: string): boolean => /^[ \t\r\n]*null[ \t\r\n]*$/.test(text);

/** A time without a zone is one of UTC, whose name says what it lacks. */
const newTime: NewTomlTime = ({ seconds, nanoseconds, zone }) =>
  timeObject({
    seconds,
    nanoseconds,
    location: zone === undefined || (zone.name === '' && zone.offset === 0) ? UTC : { kind: 'fixed', ...zone },
  });

const WRITES = '(interface {}) string';
const MUST_WRITE = '(interface {}) (string, error)';

const pretty = (value: GoValue): string => writeJson(value, { indent: '  ' });
const unescaped = (value: GoValue): string => writeJson(value, { escapeHtml: false });

const writer = (name: string, write: (value: GoValue) => string): GoFunction =>
  goFunction(name, WRITES, (value: GoValue) =>
    otherwise(
      () => write(value),
      () => '',
    ),
  );

const mapReader = (name: string, read: (text: string) => GoMap): GoFunction =>
  goFunction(name, '(string) map[string]interface {}', (text: string) =>
    otherwise<GoMap>(
      () => read(text),
      (message) => new Map([['Error', message]]),
    ),
  );

const listReader = (name: string, read: (text: string) => GoSlice): GoFunction =>
  goFunction(name, '(string) []interface {}', (text: string) =>
    otherwise<GoSlice>(
      () => read(text),
      (message) => [message],
    ),
  );

export const serializerFunctions: readonly GoFunction[] = [
  writer('toYaml', writeYaml),
  goFunction('toYamlPretty', WRITES, toYamlPretty),
  writer('toJson', (value) => writeJson(value)),
  writer('toPrettyJson', pretty),
  goFunction('toRawJson', WRITES, unescaped),
  goFunction('mustToPrettyJson', MUST_WRITE, pretty),
  goFunction('mustToRawJson', MUST_WRITE, unescaped),
  goFunction('toToml', WRITES, toToml),
  mapReader('fromYaml', readYamlMap),
  mapReader('fromJson', fromJson),
  mapReader('fromToml', (text) => readToml(text, newTime)),
  listReader('fromYamlArray', readYamlList),
  listReader('fromJsonArray', (text) => (isJsonNull(text) ? nilSlice() : readJsonList(text))),
  goFunction('mustFromJson', '(string) (interface {}, error)', readJson),
];

function fromJson(text: string): GoMap {
  if (isJsonNull(text)) return nilMap();
  const { map, problem } = readJsonMapPartly(text);
  return problem === undefined ? map : map.set('Error', problem);
}

/** yaml.v3 panics at what it has no word for. */
function toYamlPretty(value: GoValue): string {
  return otherwise(
    () => writeYamlPretty(value),
    (message) => {
      if (message.startsWith('cannot marshal type')) throw new GoError(message);
      return '';
    },
  );
}

/** The error's text is the result, except for nil, at which the encoder panics. */
function toToml(value: GoValue): string {
  return otherwise(
    () => writeToml(value),
    (message) => {
      if (value === null) throw new GoError(message);
      return message;
    },
  );
}

/** Helm 4 adds functions that panic; Helm 3 knows only Sprig's mustToJson, which returns its error. */
export const helm4Serializers: readonly GoFunction[] = [
  goFunction('mustToYaml', WRITES, writeYaml),
  goFunction('mustToJson', WRITES, (value: GoValue) => writeJson(value)),
  goFunction('mustToToml', WRITES, writeToml),
];

export const helm3Serializers: readonly GoFunction[] = [
  goFunction('mustToJson', MUST_WRITE, (value: GoValue) => writeJson(value)),
];
