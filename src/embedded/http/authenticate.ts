/** Who makes a request: by the bearer token of the kubeconfig, by one of a service account, or nobody known. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { audience, createTokenIssuer, type TokenIssuer } from '../access/account-token.ts';
import { type Authorizer, createAuthorizer } from '../access/authorize.ts';
import { createImpersonation, type Impersonate } from '../access/impersonate.ts';
import { anonymous, authenticated, masters, type User } from '../access/user.ts';
import type { ApiContext } from '../api/api-context.ts';
import { StatusError } from '../api/status-error.ts';

/** What the server knows of users and their rights. */
export interface Access {
  /** Throws 401 for a token that is none. */
  readonly authenticate: (headers: IncomingHttpHeaders) => User;
  readonly identify: TokenIssuer['identify'];
  readonly impersonate: Impersonate;
  readonly authorizer: Authorizer;
  readonly tokens: TokenIssuer;
}

const admin: User = { name: 'kubernetes-admin', groups: [masters, authenticated] };

export function createAccess(adminToken: string, api: ApiContext): Access {
  const tokens = createTokenIssuer(adminToken, api);
  const authorizer = createAuthorizer(api.objects);
  const expected = Buffer.from(adminToken);
  const identify: Access['identify'] = (token, audiences) => {
    const given = Buffer.from(token);
    const isAdmin = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isAdmin) return tokens.identify(token, audiences);
    // A token without audiences of its own is for the server.
    const meant = (audiences ?? [audience]).filter((one) => one === audience);
    return meant.length === 0 ? {} : { user: admin, audiences: meant };
  };
  return {
    identify,
    tokens,
    authorizer,
    impersonate: createImpersonation(authorizer),
    authenticate(headers) {
      const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
      if (token === '') return anonymous;
      const found = identify(token);
      if (!('user' in found)) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
      return found.user;
    },
  };
}
