/** Types and kinds by Go's names. */
import { kindName, typeName } from '../../../foundation/template/kind.ts';
import type { GoFunction, GoValue } from '../../../foundation/template/value.ts';
import { deepEqual } from './deep-equal.ts';
import { goFunction } from './go-function.ts';

export const reflectionFunctions: readonly GoFunction[] = [
  goFunction('typeOf', '(interface {}) string', typeName),
  goFunction('typeIs', '(string, interface {}) bool', (type: string, value: GoValue) => type === typeName(value)),
  goFunction('typeIsLike', '(string, interface {}) bool', (type: string, value: GoValue) => {
    const name = typeName(value);
    return type === name || `*${type}` === name;
  }),
  goFunction('kindOf', '(interface {}) string', kindName),
  goFunction('kindIs', '(string, interface {}) bool', (kind: string, value: GoValue) => kind === kindName(value)),
  goFunction('deepEqual', '(interface {}, interface {}) bool', deepEqual),
];
