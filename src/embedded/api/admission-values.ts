/** A write as expressions of policies and of webhooks' conditions see it, and the evaluation of such expressions. */
import { celValue } from '../../foundation/cel/cel-value.ts';
import { type CelOutcome, type CelProgram, compileCel } from '../../foundation/cel/compile-cel.ts';
import type { Json, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { AdmittedWrite } from './admission-match.ts';
import { admissionRequest } from './admission-request.ts';
import type { ApiRequest } from './api-context.ts';

const names = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables'];
const variables = Object.fromEntries(names.map((name) => [name, 'dyn' as const]));

export type Values = Readonly<Record<string, unknown>>;

const programs = new Map<string, CelProgram | { readonly problem: string }>();
/** Expressions; what is beyond is compiled anew. */
const mostPrograms = 1000;

export function evaluate(expression: Json | undefined, values: Values): CelOutcome {
  const text = String(expression);
  const program = programs.get(text) ?? compileCel(text, variables);
  if (programs.size < mostPrograms) programs.set(text, program);
  return 'problem' in program ? { ...program, cost: 0 } : program.run(values);
}

export function admissionValues(request: ApiRequest, write: AdmittedWrite): Values {
  const { context, type, namespace } = request;
  const show = (object: KubernetesObject | undefined): unknown =>
    celValue(object === undefined ? null : (request.admittedAs?.show(object) ?? object));
  const around = type.namespaced ? context.objects.get('namespaces', '', namespace) : undefined;
  return {
    object: show(write.object),
    oldObject: show(write.before),
    request: celValue(admissionRequest(request, write)),
    namespaceObject: celValue(around ?? null),
    params: null,
    variables: new Map(),
  };
}
