/** Takes a live object, returns its readiness by what its chart says in annotations, and by its kind's rule otherwise. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Readiness } from './readiness.ts';
import { readinessOf } from './readiness-of.ts';
import { compileExpressions, hasExpressions } from './ready-expressions.ts';

/** At once where the chart says nothing. Fails for expressions that cannot be understood. */
export function chartReadiness(object: KubernetesObject): Readiness | Promise<Readiness> {
  if (!hasExpressions(object)) return readinessOf(object);
  return compileExpressions(object).then((rule) => readinessOf(object, { rule }));
}
