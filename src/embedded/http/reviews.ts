/** Answers authentication and authorization reviews: whoever has a credential of this cluster may do everything. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { objectAt } from '../defaults/set-default.ts';
import type { User } from './authenticate.ts';

export interface Review {
  readonly kind: string;
  readonly body: JsonObject;
  readonly user: User;
  /** Whom a token belongs to. */
  readonly userOf: (token: string) => User | undefined;
}

export function answerReview({ kind, body, user, userOf }: Review): JsonObject {
  return {
    ...body,
    metadata: { creationTimestamp: null, ...objectAt(body, 'metadata') },
    status: statusOf(kind, { body, user, userOf }),
  };
}

function statusOf(kind: string, { body, user, userOf }: Omit<Review, 'kind'>): JsonObject {
  if (kind === 'SelfSubjectReview') return { userInfo: userInfo(user) };
  if (kind === 'SelfSubjectRulesReview') {
    const all = ['*'];
    return {
      resourceRules: [{ verbs: all, apiGroups: all, resources: all }],
      nonResourceRules: [{ verbs: all, nonResourceURLs: all }],
      incomplete: false,
    };
  }
  if (kind !== 'TokenReview') return { allowed: true };
  const { token } = objectAt(body, 'spec') ?? {};
  const found = typeof token === 'string' ? userOf(token) : undefined;
  return found === undefined
    ? { authenticated: false, user: {}, error: '[invalid bearer token]' }
    : { authenticated: true, user: userInfo(found) };
}

function userInfo({ name, groups }: User): JsonObject {
  return { username: name, groups: [...groups] };
}
