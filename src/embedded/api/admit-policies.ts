/** ValidatingAdmissionPolicies with their bindings: refuses a write, or warns of it, as their expressions in CEL say. */
import { celValue } from '../../foundation/cel/cel-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { groupVersionKind } from '../../foundation/manifest/object.ts';
import { matchesSelector } from '../controllers/label-match.ts';
import type { LabelSelector } from '../controllers/workload.ts';
import { objectAt, objectsAt } from '../defaults/set-default.ts';
import { type AdmittedWrite, isMatched, isSelected, ruleMatches } from './admission-match.ts';
import { admissionValues, evaluate, type Values } from './admission-values.ts';
import { type ApiRequest, subjectOf } from './api-context.ts';
import { forbidden, StatusError } from './status-error.ts';

const group = 'admissionregistration.k8s.io';
export function admitByPolicies(request: ApiRequest, write: AdmittedWrite): void {
  const { context, type, access } = request;
  if (type.group === group || (access === undefined && type.name !== 'pods')) return;
  const bindings = context.objects.list(`validatingadmissionpolicybindings.${group}`);
  for (const binding of bindings) {
    const spec = (binding.spec ?? {}) as JsonObject;
    const policy = context.objects.get(`validatingadmissionpolicies.${group}`, '', String(spec.policyName));
    if (policy === undefined) continue;
    const rules = (policy.spec ?? {}) as JsonObject;
    if (
      isMeant(request, objectAt(rules, 'matchConstraints'), write) &&
      isMeant(request, objectAt(spec, 'matchResources'), write)
    )
      apply(request, { policy, binding, write });
  }
}

/** Where a binding says nothing, its policy alone counts. */
function isMeant(request: ApiRequest, match: JsonObject | undefined, write: AdmittedWrite): boolean {
  if (match === undefined) return true;
  const rules = objectsAt(match, 'resourceRules');
  const excluded = objectsAt(match, 'excludeResourceRules').some((rule) => ruleMatches(request, rule, write.operation));
  if (excluded) return false;
  return rules.length === 0 ? isSelected(request, match, write) : isMatched(request, match, { rules, write });
}

interface Bound {
  readonly policy: KubernetesObject;
  readonly binding: KubernetesObject;
  readonly write: AdmittedWrite;
}

/** Why a write is refused; several are told, the first one decides. */
interface Objection {
  readonly message: string;
  readonly reason: string;
}

function apply(request: ApiRequest, bound: Bound): void {
  const { policy, binding } = bound;
  const objections = objectionsOf(request, bound);
  const actions = (binding.spec as JsonObject).validationActions;
  const acts = (action: string): boolean => Array.isArray(actions) && actions.includes(action);
  const who = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  if (acts('Warn')) for (const { message } of objections) request.warn?.(`Validation failed for ${who}: ${message}`);
  const [first] = objections;
  if (first !== undefined && acts('Deny'))
    throw denied(request, bound.write, { ...first, message: `${who} denied request: ${first.message}` });
}

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

function denied({ type }: ApiRequest, { object, before }: AdmittedWrite, { reason, message }: Objection): StatusError {
  const name = (object ?? before)?.metadata.name ?? '';
  const error = forbidden(subjectOf(type), name, message);
  const details = { ...error.details, causes: [{ message }] };
  return new StatusError(codes[reason] ?? 422, reason, error.message, details);
}

function objectionsOf(request: ApiRequest, bound: Bound): readonly Objection[] {
  const spec = bound.policy.spec as JsonObject;
  const ignored = spec.failurePolicy === 'Ignore';
  const failed = (message: string): readonly Objection[] => (ignored ? [] : [{ message, reason: 'Invalid' }]);
  const params = paramsFor(request, spec, bound.binding.spec as JsonObject);
  if (typeof params === 'string') return failed(`failed to configure binding: ${params}`);
  const base = admissionValues(request, bound.write);
  const found: Objection[] = [];
  for (const one of params) {
    const values = { ...base, params: celValue(one ?? null) };
    for (const condition of objectsAt(spec, 'matchConditions')) {
      const outcome = evaluate(condition.expression, values);
      if ('problem' in outcome) return [...found, ...failed(erroneous(condition.expression, outcome.problem))];
      if (outcome.value !== true) return found;
    }
    const whole = { ...values, variables: composed(objectsAt(spec, 'variables'), values) };
    for (const validation of objectsAt(spec, 'validations')) found.push(...judge(validation, whole, failed));
  }
  return found;
}

function judge(
  validation: JsonObject,
  values: Values,
  failed: (message: string) => readonly Objection[],
): readonly Objection[] {
  const outcome = evaluate(validation.expression, values);
  if ('problem' in outcome) return failed(erroneous(validation.expression, outcome.problem));
  if (outcome.value === true) return [];
  const told = validation.messageExpression ? evaluate(validation.messageExpression, values) : undefined;
  const text = told !== undefined && 'value' in told && typeof told.value === 'string' ? told.value.trim() : '';
  const message = text || validation.message || `failed expression: ${String(validation.expression).trim()}`;
  return [{ message: String(message), reason: String(validation.reason ?? 'Invalid') }];
}

const erroneous = (expression: Json | undefined, problem: string): string =>
  `expression '${String(expression)}' resulted in error: ${problem}`;

/** Each may use those before it. One that fails is missing where it is used. */
function composed(list: readonly JsonObject[], values: Values): Map<string, unknown> {
  const made = new Map<string, unknown>();
  for (const { name, expression } of list) {
    const outcome = evaluate(expression, { ...values, variables: made });
    if ('value' in outcome) made.set(String(name), outcome.value);
  }
  return made;
}

/** What is named as parameters; one undefined where none are wanted; a text says why there are none. */
function paramsFor(
  { context, namespace }: ApiRequest,
  spec: JsonObject,
  binding: JsonObject,
): readonly (KubernetesObject | undefined)[] | string {
  const kind = objectAt(spec, 'paramKind');
  const wanted = objectAt(binding, 'paramRef');
  if (kind === undefined || wanted === undefined) return [undefined];
  const named = groupVersionKind({ apiVersion: String(kind.apiVersion), kind: String(kind.kind) });
  const type = context.registry.byKind(named.group, named.version, named.kind);
  if (type === undefined)
    return `failed to find resource referenced by paramKind: '${String(kind.apiVersion)}, Kind=${String(kind.kind)}'`;
  const place = type.namespaced ? String(wanted.namespace ?? namespace) : '';
  const selector = objectAt(wanted, 'selector');
  const found = context.objects
    .list(type.storedAs, type.namespaced ? { namespace: place } : {})
    .filter(({ metadata }) =>
      selector === undefined
        ? metadata.name === wanted.name
        : matchesSelector(metadata.labels ?? {}, selector as LabelSelector),
    );
  if (found.length > 0) return found;
  if (wanted.parameterNotFoundAction !== 'Deny') return [];
  return 'no params found for policy binding with `Deny` parameterNotFoundAction';
}
