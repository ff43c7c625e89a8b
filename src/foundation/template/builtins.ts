/** The functions that every template has. `and`, `or` and `call` are evaluated by call.ts; here stands only their type. */
import { index, length, slice } from './collections.ts';
import { eq, ge, gt, le, lt, ne } from './compare.ts';
import { html, js, urlquery } from './escape.ts';
import type { Value } from './kind.ts';
import { sprint, sprintf, sprintln } from './printf.ts';
import type { Signature } from './signature.ts';
import { isTrue } from './truth.ts';
import type { GoValue } from './value.ts';

/** A function as the evaluator calls it. */
export interface Callable {
  readonly name: string;
  readonly builtin: boolean;
  readonly signatureText: string;
  /** Parsed when first called. */
  signature: Signature | undefined;
  readonly call: (...args: Value[]) => Value;
}

type Call = Callable['call'];

const ANY = 'reflect.Value';
const COMPARISON = `(${ANY}, ${ANY}) (bool, error)`;
const PRINTER = '(...interface {}) string';

const unreachable: Call = () => {
  throw new Error('evaluated by the engine itself');
};

const TABLE: readonly (readonly [name: string, signature: string, call: Call])[] = [
  ['and', `(${ANY}, ...${ANY}) ${ANY}`, unreachable],
  ['or', `(${ANY}, ...${ANY}) ${ANY}`, unreachable],
  ['call', `(${ANY}, ...${ANY}) ${ANY}`, unreachable],
  ['not', `(${ANY}) bool`, (value) => !isTrue(value)],
  ['index', `(${ANY}, ...${ANY}) (${ANY}, error)`, index],
  ['slice', `(${ANY}, ...${ANY}) (${ANY}, error)`, slice],
  ['len', `(${ANY}) (int, error)`, length],
  ['html', PRINTER, html as Call],
  ['js', PRINTER, js as Call],
  ['urlquery', PRINTER, urlquery as Call],
  ['print', PRINTER, (...args) => sprint(args as GoValue[])],
  ['println', PRINTER, (...args) => sprintln(args as GoValue[])],
  ['printf', '(string, ...interface {}) string', (format, ...args) => sprintf(format as string, args as GoValue[])],
  ['eq', `(${ANY}, ...${ANY}) (bool, error)`, eq],
  ['ne', COMPARISON, ne],
  ['lt', COMPARISON, lt],
  ['le', COMPARISON, le],
  ['gt', COMPARISON, gt],
  ['ge', COMPARISON, ge],
];

/** A fresh table; its entries learn their parsed signatures as they are called. */
export function builtins(): Map<string, Callable> {
  return new Map(
    TABLE.map(([name, signatureText, call]) => [
      name,
      { name, builtin: true, signatureText, signature: undefined, call },
    ]),
  );
}
