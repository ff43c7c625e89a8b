/** Tokens of ServiceAccounts: JSON Web Tokens signed with a secret of the cluster, good until they expire or the account goes. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Clock } from '../store.ts';
import { accountGroups, accountUserName, authenticated, type User } from './user.ts';

export const audience = 'https://kubernetes.default.svc';

export interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

interface Claims {
  readonly aud: readonly string[];
  /** Seconds since 1970; left out: never. */
  readonly exp?: number;
  readonly jti: string;
  readonly 'kubernetes.io': { readonly namespace: string; readonly serviceaccount: { name: string; uid: string } };
}

export interface TokenIssuer {
  /** `expires` in milliseconds since 1970. */
  issue(subject: TokenSubject, options: { id: string; expires?: number; audiences?: readonly string[] }): string;
  userOf(token: string): User | undefined;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createTokenIssuer(
  secret: string,
  { objects, clock }: { objects: ObjectStore; clock: Clock },
): TokenIssuer {
  const sign = (text: string): Buffer => createHmac('sha256', `service-account ${secret}`).update(text).digest();
  const head = encode({ alg: 'HS256', kid: 'embedded' });
  return {
    issue({ namespace, name, uid }, { id, expires, audiences = [audience] }) {
      const now = Math.floor(clock.now() / 1000);
      const text = `${head}.${encode({
        aud: audiences,
        ...(expires === undefined ? {} : { exp: Math.floor(expires / 1000) }),
        iat: now,
        iss: audience,
        jti: id,
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
        nbf: now,
        sub: accountUserName(namespace, name),
      })}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    userOf(token) {
      const claims = verified(token, sign);
      if (claims === undefined || !claims.aud.includes(audience)) return undefined;
      if (claims.exp !== undefined && claims.exp * 1000 <= clock.now()) return undefined;
      const { namespace, serviceaccount } = claims['kubernetes.io'];
      const account = objects.get('serviceaccounts', namespace, serviceaccount.name);
      if (account?.metadata.uid !== serviceaccount.uid) return undefined;
      return {
        name: accountUserName(namespace, serviceaccount.name),
        uid: serviceaccount.uid,
        groups: [...accountGroups(namespace), authenticated],
        extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] },
      };
    },
  };
}

function verified(token: string, sign: (text: string) => Buffer): Claims | undefined {
  const dot = token.lastIndexOf('.');
  const text = token.slice(0, Math.max(0, dot));
  const given = Buffer.from(token.slice(dot + 1), 'base64url');
  const expected = sign(text);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims;
}
