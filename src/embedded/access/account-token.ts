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

export interface Identified {
  readonly user: User;
  /** Those that it was asked for. */
  readonly audiences: readonly string[];
}

export interface Refused {
  /** What is told of a token that was made here. */
  readonly problem?: string;
}

export interface TokenIssuer {
  /** `expires` in milliseconds since 1970. */
  issue(subject: TokenSubject, options: { id: string; expires?: number; audiences?: readonly string[] }): string;
  /** By default for the server itself. */
  identify(token: string, audiences?: readonly string[]): Identified | Refused;
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
    identify(token, asked = [audience]) {
      const claims = verified(token, sign);
      const audiences = asked.filter((one) => claims?.aud.includes(one));
      if (claims === undefined) return {};
      if (claims.exp !== undefined && claims.exp * 1000 <= clock.now())
        return { problem: 'service account token has expired' };
      if (audiences.length === 0) {
        const [made, wanted] = [claims.aud, asked].map((list) => `[${list.map((one) => `"${one}"`).join(' ')}]`);
        return { problem: `token audiences ${made} is invalid for the target audiences ${wanted}` };
      }
      const { namespace, serviceaccount } = claims['kubernetes.io'];
      const account = objects.get('serviceaccounts', namespace, serviceaccount.name);
      if (account?.metadata.uid !== serviceaccount.uid) return {};
      const user = {
        name: accountUserName(namespace, serviceaccount.name),
        uid: serviceaccount.uid,
        groups: [...accountGroups(namespace), authenticated],
        extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] },
      };
      return { user, audiences };
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
