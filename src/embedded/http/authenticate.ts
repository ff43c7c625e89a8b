/** Who makes a request: the bearer token of the kubeconfig, one issued for a service account, or nobody (401). */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { StatusError } from '../api/status-error.ts';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface Authenticator {
  /** Throws 401. Impersonation is honoured: everybody here may do everything. */
  authenticate(headers: IncomingHttpHeaders): User;
  userOf(token: string): User | undefined;
  issue(user: User): string;
}

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

export function createAuthenticator(adminToken: string): Authenticator {
  const issued = new Map<string, User>();
  const expected = Buffer.from(adminToken);
  const userOf = (token: string): User | undefined => {
    const given = Buffer.from(token);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return admin;
    return issued.get(token);
  };
  return {
    userOf,
    issue(user) {
      const token = randomBytes(32).toString('base64url');
      issued.set(token, user);
      return token;
    },
    authenticate(headers) {
      const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
      const user = userOf(token);
      if (user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
      const impersonated = headers['impersonate-user'];
      if (typeof impersonated !== 'string' || impersonated === '') return user;
      const groups = headers['impersonate-group'];
      return { name: impersonated, groups: groups === undefined ? ['system:authenticated'] : [groups].flat() };
    },
  };
}
