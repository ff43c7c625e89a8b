/**
 * By a seal the daemon knows again what a person said by the API: whoever may write ConfigMaps could write an approval in
 * somebody's name beside it. A seal counts while it stands (standing-seals.ts). The key lies in a Secret of the state namespace, made when it is needed first; without it, or
 * with another one, nothing counts that was said before.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { PersonDecision, ReleaseState } from '../../foundation/state/release-state.ts';
import { createStandingSeals } from './standing-seals.ts';

/** `former`: it was said here, and has been taken back since, or was about what is promoted by now. */
export type SealVerdict = 'standing' | 'former' | 'forged';

export interface ApprovalSeals {
  /** From then on it stands, and none of `instead` does. */
  seal(
    of: ReleaseState['identity'],
    said: Omit<PersonDecision, 'seal'>,
    instead?: readonly PersonDecision[],
  ): Promise<PersonDecision>;
  /** Fails where the Secret cannot be read. */
  judge(of: ReleaseState['identity'], decision: PersonDecision): Promise<SealVerdict>;
  /** The version is promoted: nothing that was said of it stands. */
  end(id: string): Promise<void>;
}

export interface SealsOptions {
  readonly client: Pick<ClusterClient, 'get' | 'create' | 'update'>;
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
  const standing = createStandingSeals({ ...options, read: () => readSecret(options) });
  return {
    async seal(of, said, instead = []) {
      const seal = (await sealOf(of, said)).toString('base64url');
      const former = instead.map((one) => one.seal);
      await standing.replace(said.id, seal, former);
      return { ...said, seal };
    },
    async judge(of, decision) {
      const [wanted, given] = [await sealOf(of, decision), Buffer.from(decision.seal, 'base64url')];
      if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return 'forged';
      // As the daemon writes it, not as it may be written too.
      return (await standing.has(decision.id, wanted.toString('base64url'))) ? 'standing' : 'former';
    },
    end: (id) => standing.end(id),
  };
}

async function readSecret(options: SealsOptions): Promise<KubernetesObject> {
  const { client, namespace, signal } = options;
  const place = { apiVersion: 'v1', kind: 'Secret', namespace, name: sealSecret };
  const find = () => client.get(place, { signal });
  const secret = (await find()) ?? (await makeKey(options)) ?? (await find());
  if (secret !== undefined) return secret;
  const hint = 'see what takes it away: without it nothing counts that people approve by the API';
  throw new HelmGitopsError('approval.key', 'user', `Secret ${namespace}/${sealSecret} does not stay there`, { hint });
}

async function readKey(options: SealsOptions): Promise<Buffer> {
  const secret = await readSecret(options);
  const { namespace } = options;
  const text = (secret.data as Readonly<Record<string, unknown>> | undefined)?.['key'];
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
