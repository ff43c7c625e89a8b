/** Answers authentication and authorization reviews: who someone is, and what they may do. Stores nothing. */
import { randomUUID } from 'node:crypto';
import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { audience } from '../access/account-token.ts';
import type { Attributes, Decision } from '../access/attributes.ts';
import { joined } from '../access/authorize.ts';
import type { PolicyRule } from '../access/policy-rule.ts';
import type { User } from '../access/user.ts';
import { timestamp } from '../api/api-context.ts';
import { trackCreate } from '../api/create-object.ts';
import { badRequest, type FieldError, invalid, type StatusError } from '../api/status-error.ts';
import { objectAt } from '../defaults/set-default.ts';
import { apiRequest } from './exchange-parts.ts';
import type { Exchange } from './server-context.ts';

export function answerReview(exchange: Exchange, body: JsonObject): JsonObject {
  const { type, user, server } = exchange;
  const spec = objectAt(body, 'spec') ?? {};
  if (type.kind === 'SelfSubjectReview') {
    const metadata = { creationTimestamp: timestamp(server.api.clock) };
    return { ...body, metadata, status: { userInfo: userInfo(user) } };
  }
  if (type.kind === 'SelfSubjectRulesReview')
    return { ...body, metadata: {}, spec: {}, status: rulesStatus(exchange, spec) };
  const status = type.kind === 'TokenReview' ? tokenStatus(exchange, spec) : accessStatus(exchange, spec);
  return { ...owned(exchange, body), spec: withoutEmpty(spec), status };
}

/** As Go leaves out the texts that say nothing. */
function withoutEmpty(spec: JsonObject): JsonObject {
  const resource = objectAt(spec, 'resourceAttributes');
  if (resource === undefined) return spec;
  return { ...spec, resourceAttributes: Object.fromEntries(Object.entries(resource).filter(([, one]) => one !== '')) };
}

/** Reviews carry managedFields like everything that is created. */
function owned(exchange: Exchange, body: JsonObject): JsonObject {
  const metadata = { ...objectAt(body, 'metadata') };
  const { status: _status, ...asked } = body;
  const tracked = trackCreate(apiRequest(exchange), { ...asked, metadata } as unknown as KubernetesObject);
  return tracked as unknown as JsonObject;
}

function tokenStatus({ server }: Exchange, { token, audiences }: JsonObject): JsonObject {
  if (typeof token !== 'string' || token === '')
    throw badRequest('token is required for TokenReview in authentication');
  const asked = Array.isArray(audiences) && audiences.length > 0 ? audiences.map(String) : undefined;
  const found = server.identify(token, asked);
  if ('user' in found) return { authenticated: true, user: userInfo(found.user), audiences: [...found.audiences] };
  const { problem } = found;
  return { user: {}, error: problem === undefined ? 'invalid bearer token' : `[invalid bearer token, ${problem}]` };
}

function userInfo({ name, uid, groups, extra }: User): JsonObject {
  return {
    username: name,
    ...(uid === undefined ? {} : { uid }),
    groups: [...groups],
    ...(extra === undefined
      ? {}
      : { extra: Object.fromEntries(Object.entries(extra).map(([key, list]) => [key, [...list]])) }),
  };
}

function accessStatus(exchange: Exchange, spec: JsonObject): JsonObject {
  const { server, type, target } = exchange;
  const user = type.kind === 'SelfSubjectAccessReview' ? exchange.user : reviewedUser(spec);
  const attributes = reviewedAttributes(spec);
  if (type.kind === 'LocalSubjectAccessReview' && !('path' in attributes) && attributes.namespace !== target.namespace)
    throw refused(
      'spec.resourceAttributes.namespace',
      JSON.stringify(attributes.namespace),
      'must match metadata.namespace',
    );
  const { allowed, reason }: Decision = server.authorizer.decide(user, attributes);
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function refused(field: string, value: string, why: string): StatusError {
  const error: FieldError = { type: 'FieldValueInvalid', field, message: `Invalid value: ${value}: ${why}` };
  return invalid({ group: 'authorization.k8s.io', name: '' }, '', [error]);
}

function reviewedUser({ user, uid, groups }: JsonObject): User {
  const named = typeof user === 'string' ? user : '';
  const listed = Array.isArray(groups) ? groups.map(String) : [];
  if (named === '' && listed.length === 0)
    throw refused('spec.user', '""', 'at least one of user or group must be specified');
  return { name: named, groups: listed, ...(typeof uid === 'string' ? { uid } : {}) };
}

function reviewedAttributes(spec: JsonObject): Attributes {
  const resource = objectAt(spec, 'resourceAttributes');
  const path = objectAt(spec, 'nonResourceAttributes');
  if ((resource === undefined) === (path === undefined))
    throw refused(
      'spec.resourceAttributes',
      'null',
      path === undefined
        ? 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
        : 'cannot be specified in combination with resourceAttributes',
    );
  const text = (from: JsonObject | undefined, key: string): string => String(from?.[key] ?? '');
  if (path !== undefined) return { verb: text(path, 'verb'), path: text(path, 'path') };
  return {
    verb: text(resource, 'verb'),
    group: text(resource, 'group'),
    resource: text(resource, 'resource'),
    subresource: text(resource, 'subresource'),
    namespace: text(resource, 'namespace'),
    name: text(resource, 'name'),
  };
}

function rulesStatus({ server, user }: Exchange, { namespace }: JsonObject): JsonObject {
  if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = server.authorizer.rulesFor(user, namespace);
  return {
    resourceRules: rules.filter(({ resources }) => resources.length > 0).map(resourceRule),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] })),
    incomplete: false,
    ...(errors.length === 0 ? {} : { evaluationError: joined(errors) }),
  };
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): JsonObject {
  return {
    verbs: [...verbs],
    apiGroups: [...apiGroups],
    resources: [...resources],
    ...(resourceNames.length === 0 ? {} : { resourceNames: [...resourceNames] }),
  };
}

/** Answers `serviceaccounts/token`: a token of that account, good for as long as was asked, one hour at least by default. */
export function answerTokenRequest(exchange: Exchange, account: KubernetesObject, body: JsonObject): JsonObject {
  const { server } = exchange;
  const spec = objectAt(body, 'spec') ?? {};
  const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : 3600;
  if (seconds < 600)
    throw invalid({ group: 'authentication.k8s.io', name: 'TokenRequest' }, '', [
      {
        type: 'FieldValueInvalid',
        field: 'spec.expirationSeconds',
        message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      },
    ]);
  const { name = '', namespace = '', uid = '' } = account.metadata;
  const audiences =
    Array.isArray(spec.audiences) && spec.audiences.length > 0 ? spec.audiences.map(String) : [audience];
  const expires = server.api.clock.now() + seconds * 1000;
  const token = server.tokens.issue({ namespace, name, uid }, { id: randomUUID(), expires, audiences });
  return {
    ...body,
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, uid, creationTimestamp: timestamp(server.api.clock) },
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
    status: { token, expirationTimestamp: timestamp({ now: () => expires }) },
  };
}
