/**
 * Takes an object whose chart says by annotations when it is ready or has failed, in CEL over the live object, returns
 * the rule that those make. An expression that cannot be understood is the user's error; one that a live object gives
 * no answer to (a field not there yet) says "not yet". The CEL library is loaded only here, and only when needed.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { celValue } from '../../foundation/cel/cel-value.ts';
import { type KubernetesObject, objectLabel } from '../../foundation/manifest/object.ts';
import { failed, progressing, ready, type Verdict } from './kinds/verdict.ts';

/** The expression that is true once the object is as it should be; it takes the place of its kind's own rule. */
const readyAnnotation = 'helm-gitops.io/ready';
/** The expression that is true once the object cannot become so any more. */
const failedAnnotation = 'helm-gitops.io/failed';

/** Undefined where nothing is said by expressions: the kind's own rule holds. */
export type ExpressionRule = (live: KubernetesObject) => Verdict | undefined;

const longest = 4096;
export function hasExpressions({ metadata }: Pick<KubernetesObject, 'metadata'>): boolean {
  return expression(metadata, readyAnnotation) !== undefined || expression(metadata, failedAnnotation) !== undefined;
}

/** Fails with `readiness.expression` for the first object whose expressions are wrong. Costs nothing where there are none. */
export async function checkExpressions(objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) if (hasExpressions(object)) await compileExpressions(object);
}

export async function compileExpressions(object: KubernetesObject): Promise<ExpressionRule> {
  const isReady = await compile(object, readyAnnotation);
  const hasFailed = await compile(object, failedAnnotation);
  return (live) => {
    const variables = variablesOf(live);
    if (variables === undefined) return progressing('TooLarge', 'the object is too large for its ready condition');
    const bad = hasFailed?.(variables);
    if (bad?.holds) return failed('FailedCondition', `its condition for failure holds: ${bad.text}`);
    const good = isReady?.(variables);
    if (good === undefined) return undefined;
    if (good.holds) return ready('its ready condition holds', 'ReadyCondition');
    // A conversion's error quotes the value.
    const why = good.problem === undefined || live.kind === 'Secret' ? '' : ` (${good.problem})`;
    return progressing('ReadyCondition', `its ready condition does not hold: ${good.text}${why}`);
  };
}

type Variables = Readonly<Record<'self' | 'metadata' | 'spec' | 'status', unknown>>;

interface Answer {
  readonly holds: boolean;
  readonly text: string;
  /** Why there is no answer. */
  readonly problem?: string;
}

async function compile(
  object: KubernetesObject,
  annotation: string,
): Promise<((variables: Variables) => Answer) | undefined> {
  const text = expression(object.metadata, annotation);
  if (text === undefined) return undefined;
  if (text.length > longest) throw wrong(object, annotation, `it is longer than ${longest} characters`);
  const { compileCel } = await import('../../foundation/cel/compile-cel.ts');
  const program = compileCel(text, { self: 'map', metadata: 'map', spec: 'map', status: 'map' });
  if ('problem' in program) throw wrong(object, annotation, program.problem);
  const { type } = program;
  if (type !== 'bool' && type !== 'dyn') throw wrong(object, annotation, `it gives ${type}, not true or false`);
  const shown = text.length > 200 ? `${text.slice(0, 197)}...` : text;
  return (variables) => {
    const outcome = program.run(variables);
    if ('problem' in outcome) return { holds: false, text: shown, problem: outcome.problem };
    const { value } = outcome;
    if (typeof value === 'boolean') return { holds: value, text: shown };
    return { holds: false, text: shown, problem: 'it gives neither true nor false' };
  };
}

function expression({ annotations }: KubernetesObject['metadata'], name: string): string | undefined {
  const text = annotations !== undefined && Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** Undefined for an object beyond all measure. */
function variablesOf(live: KubernetesObject): Variables | undefined {
  const self = celValue(live);
  if (!(self instanceof Map)) return undefined;
  const part = (name: string) => (self.get(name) instanceof Map ? self.get(name) : new Map());
  return { self, metadata: part('metadata'), spec: part('spec'), status: part('status') };
}

function wrong(object: KubernetesObject, annotation: string, why: string): HelmGitopsError {
  const label = objectLabel({ kind: object.kind, name: object.metadata.name ?? '' });
  return new HelmGitopsError('readiness.expression', 'user', `${label}: annotation ${annotation}: ${why}`, {
    hint: 'it is a CEL expression over self, metadata, spec and status that is true or false: status.phase == "Ready"',
  });
}
