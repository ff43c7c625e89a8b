/**
 * Renders texts of Argo CD's ApplicationSets: Go templates with Sprig's functions but those of chance, of the clock, of keys and of
 * the machine, and Argo CD's own. Takes a text and parameters, returns what it prints. It throws a user's error without a place.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { normalizeName } from '../../foundation/base/normalize-name.ts';
import { ExecError, LimitError, ParseError } from '../../foundation/template/errors.ts';
import { executeTree } from '../../foundation/template/exec.ts';
import {
  addParsed,
  cloneSet,
  newTemplateSet,
  type ParsedFile,
  parseFile,
} from '../../foundation/template/template-set.ts';
import { GoError, type GoFunction, GoInt, type GoSlice, type GoValue } from '../../foundation/template/value.ts';
import { readJson } from '../../foundation/yaml/read-json.ts';
import { readYamlList, readYamlMap } from '../../foundation/yaml/read-yaml.ts';
import { writeYaml } from '../../foundation/yaml/write-yaml.ts';
import type { RenderText } from '../definitions/foreign/foreign-set.ts';
import { dateFunctions } from './functions/dates.ts';
import { flowFunctions } from './functions/flow.ts';
import { pureFunctions } from './functions/function-table.ts';
import { goFunction } from './functions/go-function.ts';
import { helm3Serializers } from './functions/serializers.ts';

/** A definition that says something else at every look would be deployed at every look. */
const sources = {
  now: () => new Date(0),
  randomBytes: (count: number) => new Uint8Array(count),
  onRandom: (name: string) => {
    throw new GoError(`${name} asks for the clock, which a definition cannot`);
  },
};

const own: readonly GoFunction[] = [
  goFunction('fail', '(string) (string, error)', (message: string) => {
    throw new GoError(message);
  }),
  goFunction('toYaml', '(interface {}) (string, error)', (value: GoValue) => writeYaml(value)),
  goFunction('fromYaml', '(string) (map[string]interface {}, error)', (text: string) => readYamlMap(text)),
  goFunction('fromYamlArray', '(string) ([]interface {}, error)', (text: string): GoSlice => readYamlList(text)),
  goFunction('fromJson', '(string) interface {}', (text: string) => {
    try {
      return readJson(text);
    } catch (error) {
      if (error instanceof GoError) return null;
      throw error;
    }
  }),
  goFunction('normalize', '(string) string', normalizeName),
  goFunction('slugify', '(...interface {}) string', (...given: GoValue[]) => slugify(given)),
];

/** Of Helm alone, or of the machine. */
const without = ['toToml', 'fromToml', 'toYamlPretty', 'fromJsonArray', 'required', 'getHostByName', 'now', 'ago'];

/** They make much of little; a definition needs no more than this. */
const bounded = ['until', 'untilStep', 'seq', 'repeat', 'indent', 'nindent'];
const most = 10_000n;

const functions: ReadonlyMap<string, GoFunction> = new Map(
  [...pureFunctions, ...helm3Serializers, ...flowFunctions(sources), ...dateFunctions(sources), ...own]
    .filter(({ name }) => !without.includes(name))
    .map((fn) => [fn.name, bounded.includes(fn.name) ? bound(fn) : fn]),
);

const limits = { output: 1024 * 1024, steps: 100_000, depth: 100 };

/** Texts repeat from application to application: each is parsed once. */
export function createTextRenderer(): RenderText {
  const parsed = new Map<string, ParsedFile>();
  const base = newTemplateSet({ name: 'template', functions, limits });
  return (text, parameters, missingKey) => {
    const set = { ...cloneSet(base), missingKey, budget: { depth: 0, steps: 0, fuel: 0 } };
    try {
      const file = parsed.get(text) ?? parseFile(set, set.name, text);
      parsed.set(text, file);
      addParsed(set, file);
      const tree = file.get(set.name);
      return tree === undefined ? '' : executeTree(set, tree, parameters);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      throw new HelmGitopsError('definition.generator', 'user', `the template ${shown(text)}: ${reason}`, {
        cause: error,
      });
    }
  };
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof ParseError) return error.reason;
  if (error instanceof ExecError) return `at <${error.frame.node}>: ${error.frame.reason}`;
  return error instanceof LimitError || error instanceof GoError ? error.message : undefined;
}

function shown(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return JSON.stringify(line.length > 80 || line !== text.trim() ? `${line.slice(0, 80)}…` : line);
}

function bound(fn: GoFunction): GoFunction {
  const isTooMuch = (value: GoValue) => value instanceof GoInt && (value.value > most || value.value < -most);
  return {
    ...fn,
    call: (...given) => {
      if (given.some(isTooMuch)) throw new GoError(`${fn.name} takes numbers up to ${most} here`);
      return fn.call(...given);
    },
  };
}

/** `slugify [LENGTH [WHOLE WORDS]] NAME`: 50 and true. */
function slugify(given: readonly GoValue[]): string {
  const name = given.at(-1) ?? '';
  const [first = 50, second = true] = given.slice(0, -1);
  const length = first instanceof GoInt ? Number(first.value) : first;
  if (typeof name !== 'string' || typeof length !== 'number' || typeof second !== 'boolean')
    throw new GoError('slugify takes a length, whether words stay whole, and a name');
  const cut = (text: string) => text.replace(/^[-_]+|[-_]+$/g, '');
  const slug = cut(
    normalizeName(name)
      .replace(/[^a-z0-9_-]/g, '-')
      .replace(/-+/g, '-'),
  );
  if (length <= 0 || slug.length <= length) return slug;
  if (!second) return cut(slug.slice(0, length));
  const dash = slug.lastIndexOf('-', length);
  return dash < 0 ? slug.slice(0, length) : slug.slice(0, dash);
}
