/** Fills Secrets of type `kubernetes.io/service-account-token` with a lasting token of the account that they name. */

import type { JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import type { TokenIssuer } from '../access/account-token.ts';
import type { Controller, ControllerContext } from '../store.ts';

const accountName = 'kubernetes.io/service-account.name';
const accountUid = 'kubernetes.io/service-account.uid';

export interface TokenParts {
  readonly tokens: TokenIssuer;
  /** PEM. */
  readonly authority: string;
}

export function startTokenFiller({ store, schedule }: ControllerContext, parts: TokenParts): Controller {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const fill = ({ metadata }: KubernetesObject): void => {
    const { namespace = '', name = '' } = metadata;
    const secret = store.get('secrets', namespace, name);
    if (secret === undefined || !isTokenSecret(secret)) return;
    const annotations = secret.metadata.annotations ?? {};
    const account = store.get('serviceaccounts', namespace, annotations[accountName] ?? '');
    const uid = account?.metadata.uid;
    if (account === undefined || uid === undefined) return;
    const data = (secret.data ?? {}) as JsonObject;
    if (data.token !== undefined && annotations[accountUid] === uid) return;
    const subject = { namespace, name: account.metadata.name ?? '', uid };
    const token = parts.tokens.issue(subject, { id: secret.metadata.uid ?? '' });
    const filled = { 'ca.crt': encode(parts.authority), namespace: encode(namespace), token: encode(token) };
    store.update('secrets', {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, [accountUid]: uid } },
      data: { ...data, ...filled },
    });
  };
  const stop = store.subscribe(({ resource, type, object }) => {
    if (type === 'DELETED') return;
    if (resource === 'secrets' && isTokenSecret(object)) schedule(0, () => fill(object));
    if (resource !== 'serviceaccounts' || type !== 'ADDED') return;
    const { name, namespace = '' } = object.metadata;
    const named = (secret: KubernetesObject): boolean => secret.metadata.annotations?.[accountName] === name;
    for (const secret of store.list('secrets', { namespace, filter: named })) schedule(0, () => fill(secret));
  });
  return { name: 'token-filler', stop };
}

function isTokenSecret(secret: KubernetesObject): boolean {
  return secret.type === 'kubernetes.io/service-account-token';
}
