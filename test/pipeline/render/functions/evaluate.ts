import { execute } from '../../../../src/foundation/template/exec.ts';
import { newTemplateSet, parseInto } from '../../../../src/foundation/template/template-set.ts';
import type { GoMap, GoValue } from '../../../../src/foundation/template/value.ts';
import { readYamlMap } from '../../../../src/foundation/yaml/read-yaml.ts';
import { helmFunctions } from '../../../../src/pipeline/render/functions/function-table.ts';
import type { RenderSources } from '../../../../src/pipeline/render/sources.ts';

/** What the expressions of the tables see as .Values. */
const VALUES = `
i: 3
f: 2.5
neg: -7
zero: 0
big: 12345678901
s: hello world
e: ""
t: true
fl: false
"n": null
l: [3, 1, 2]
sl: [b, a, c, a]
ml: [1, a, null, true, 2.5, [], {}]
el: []
m: {a: 1, b: {c: x, d: null}, z: [1]}
em: {}
u: héllo wörld ñ
num: "42"
oct: "0777"
uni: 日本語 text
nested: {x: {"y": {z: deep}}}
lm: [{name: x}, {name: "y"}]
`;

/** Bytes that count up: every run draws the same. */
export function countingSources(overrides: Partial<RenderSources> = {}): RenderSources {
  let next = 0;
  return {
    now: () => new Date('2026-11-20T12:00:05.250Z'),
    randomBytes: (count) => Uint8Array.from({ length: count }, () => next++ & 0xff),
    ...overrides,
  };
}

export interface Evaluation {
  readonly compat?: 'helm3' | 'helm4';
  readonly sources?: RenderSources;
}

/** A template's output; an expression without braces gets them. */
export function evaluate(expression: string, options: Evaluation = {}): string {
  const functions = helmFunctions({ compat: options.compat ?? 'helm4', sources: options.sources ?? countingSources() });
  const set = newTemplateSet({ name: 'gotpl', functions, missingKey: 'zero' });
  parseInto(set, 't', expression.includes('{{') ? expression : `{{ ${expression} }}`);
  const asMap = {
    name: 'AsMap',
    signature: '() map[string]interface {}',
    call: (self: GoValue) => new Map(self as GoMap),
  };
  const values = readYamlMap(VALUES);
  values.namedType = { name: 'common.Values', kind: 'map', methods: new Map([['AsMap', asMap]]) };
  return execute(set, 't', new Map<string, GoValue>([['Values', values]])).replaceAll('<no value>', '');
}

/** The text behind the last `error calling X: `, or the whole message. */
export function evaluationError(expression: string, options: Evaluation = {}): string {
  try {
    return `no error but ${evaluate(expression, options)}`;
  } catch (error) {
    return (error as Error).message.replace(/^[\s\S]*error calling \w+: /, '').replace(/HELM_ERR_(START|END)/g, '');
  }
}
