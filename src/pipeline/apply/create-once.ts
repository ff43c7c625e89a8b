/**
 * Takes an object that a plan found missing, and how to write it; lets no two releases of a cluster make it: what another
 * has begun to make since the plan is waited for, looked at, and refused like any object of somebody else's. Where nobody
 * else makes it, it asks for nothing. The caller keeps what is known of who made what.
 */
import { type KubernetesObject, keyId, type ObjectKey } from '../../foundation/manifest/object.ts';
import { ownershipProblem, type ReleaseKey } from '../plan/ownership.ts';
import { notOwned } from './not-owned.ts';

/** By `keyId`, who made an object last in this process, or makes it now. */
export type Creations = Map<string, Creation>;

interface Creation {
  readonly release: string;
  readonly over: Promise<void>;
}

export interface CreateInput {
  readonly creations: Creations;
  readonly release: ReleaseKey;
  readonly key: ObjectKey;
  readonly look: () => Promise<KubernetesObject | undefined>;
  readonly write: () => Promise<KubernetesObject>;
}

export async function createOnce(input: CreateInput): Promise<KubernetesObject> {
  const { creations, release, key, look, write } = input;
  const id = keyId(key);
  const owner = `${release.namespace}/${release.name}`;
  let seen: Creation | undefined;
  for (let other = creations.get(id); other !== seen && other !== undefined; other = creations.get(id)) {
    if (other.release === owner) break;
    await other.over;
    const live = await look();
    const problem = live && ownershipProblem(live, release);
    if (problem !== undefined) throw notOwned(key, problem);
    seen = other;
  }
  const written = write();
  const over = written.then(
    () => undefined,
    () => undefined,
  );
  creations.set(id, { release: owner, over });
  return await written;
}
