/** Defaults, choices and failures. `required` and `fail` mark their messages so that the renderer finds them again. */
import { GoError, type GoFunction, type GoValue } from '../../../foundation/template/value.ts';
import type { RenderSources } from '../sources.ts';
import { isEmpty } from './emptiness.ts';
import { goFunction } from './go-function.ts';

/** Helm cuts the text between these marks out of whatever error it ends up in. */
export const HELM_ERROR_START = 'HELM_ERR_START';
export const HELM_ERROR_END = 'HELM_ERR_END';

const failure = (message: string): GoError => new GoError(HELM_ERROR_START + message + HELM_ERROR_END);

export function flowFunctions(sources: RenderSources): readonly GoFunction[] {
  return [
    goFunction('fail', '(string) (string, error)', (message: string) => {
      if (sources.lintMode) return '';
      throw failure(message);
    }),
    goFunction('required', '(string, interface {}) (interface {}, error)', (message: string, value: GoValue) => {
      if (value !== null && value !== '') return value;
      if (sources.lintMode) return '';
      throw failure(message);
    }),
    ...choices,
  ];
}

const choices: readonly GoFunction[] = [
  goFunction('default', '(interface {}, ...interface {}) interface {}', (fallback: GoValue, ...given: GoValue[]) =>
    isEmpty(given[0] ?? null) ? fallback : given[0]!,
  ),
  goFunction(
    'coalesce',
    '(...interface {}) interface {}',
    (...values: GoValue[]) => values.find((value) => !isEmpty(value)) ?? null,
  ),
  goFunction(
    'ternary',
    '(interface {}, interface {}, bool) interface {}',
    (yes: GoValue, no: GoValue, which: boolean) => (which ? yes : no),
  ),
  goFunction('empty', '(interface {}) bool', isEmpty),
  goFunction('all', '(...interface {}) bool', (...values: GoValue[]) => values.every((value) => !isEmpty(value))),
  goFunction('any', '(...interface {}) bool', (...values: GoValue[]) => values.some((value) => !isEmpty(value))),
];
