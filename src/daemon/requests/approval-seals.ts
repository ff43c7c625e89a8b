/**
 * By a seal the daemon knows again what a person said by the API: whoever may write ConfigMaps could write an approval in
 * somebody's name beside it. The key lies in a Secret of the state namespace, made when it is needed first; without it, or
 * with another one, nothing counts that was said before.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import type { PersonDecision, ReleaseState } from '../../foundation/state/release-state.ts';

export interface ApprovalSeals {
  seal(of: ReleaseState['identity'], said: Omit<PersonDecision, 'seal'>): Promise<PersonDecision>;
  /** Whether just this was sealed here. Fails where the key cannot be read. */
  isOurs(of: ReleaseState['identity'], decision: PersonDecision): Promise<boolean>;
}

export interface SealsOptions {
  readonly client: Pick<ClusterClient, 'get' | 'create'>;
  /** Of the state. */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

export const sealSecret = 'helm-gitops-approvals';
const keyBytes = 32;

export function createApprovalSeals(options: SealsOptions): ApprovalSeals {
  let key: Promise<Buffer> | undefined;
  const keyOf = async () => {
    key ??= readKey(options);
    try {
      return await key;
    } catch (error) {
      key = undefined;
      throw error;
    }
  };
  const sealOf = async ({ namespace, release }: ReleaseState['identity'], said: Omit<PersonDecision, 'seal'>) => {
    const { id, user, verdict, at, reason = '' } = said;
    const text = JSON.stringify(['v1', namespace, release, id, user, verdict, at, reason]);
    return createHmac('sha256', await keyOf())
      .update(text)
      .digest();
  };
  return {
    seal: async (of, said) => ({ ...said, seal: (await sealOf(of, said)).toString('base64url') }),
    async isOurs(of, decision) {
      const [wanted, given] = [await sealOf(of, decision), Buffer.from(decision.seal, 'base64url')];
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    },
  };
}

async function readKey({ client, namespace, signal }: SealsOptions): Promise<Buffer> {
  const place = { apiVersion: 'v1', kind: 'Secret', namespace, name: sealSecret };
  const found = await client.get(place, { signal });
  const secret = found ?? (await makeKey({ client, namespace, signal })) ?? (await client.get(place, { signal }));
  const text = (secret?.data as Readonly<Record<string, unknown>> | undefined)?.['key'];
  const key = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  if (key.length >= keyBytes) return key;
  const message = `Secret ${namespace}/${sealSecret} holds no key of ${keyBytes} bytes`;
  const hint = 'delete it: another one is made, and what people approved by the API has to be approved anew';
  throw new HelmGitopsError('approval.key', 'user', message, { hint });
}

/** Undefined where somebody else was faster. */
async function makeKey({ client, namespace, signal }: SealsOptions) {
  const metadata = { name: sealSecret, namespace, labels: { 'app.kubernetes.io/managed-by': 'helm-gitops' } };
  const data = { key: randomBytes(keyBytes).toString('base64') };
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data };
  return await client.create(secret, { signal, fieldManager: 'helm-gitops' }).catch((error: unknown) => {
    if (isClusterError(error, 'cluster.already-exists')) return undefined;
    throw error;
  });
}
