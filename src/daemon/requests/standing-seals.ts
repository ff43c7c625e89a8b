/**
 * Which seals count now. A state can be put back to what it was, seals and all; this list cannot by those who may write the
 * state alone: it lies beside the key, in the Secret. The daemon is the only one that writes it.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export interface StandingSeals {
  has(id: string, seal: string): Promise<boolean>;
  /** `made` counts from now on, and of the same id or others none of `instead` any more. */
  replace(id: string, made: string, instead: readonly string[]): Promise<void>;
  /** Nothing that was said of it counts any more: at once, and where the Secret cannot be written now, with its next write. */
  end(id: string): Promise<void>;
}

interface StandingOptions {
  readonly client: Pick<ClusterClient, 'get' | 'update'>;
  /** The Secret, read now; made where it is not there. */
  readonly read: () => Promise<KubernetesObject>;
  readonly signal: AbortSignal;
}

/** So many are kept: 400 KiB of the 1 MiB that a Secret may hold. The oldest go first, and have to be said again. */
export const mostStanding = 8000;
const field = 'standing';
const mostTries = 5;

/** By the id of a version, the one decided of last at the end. */
type Standing = ReadonlyMap<string, readonly string[]>;

export function createStandingSeals({ client, read, signal }: StandingOptions): StandingSeals {
  let known: Standing | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const ended = new Set<string>();
  const change = async (alter: (before: Standing) => Standing) => {
    for (let tries = 1; ; tries++) {
      const secret = await read();
      const before = readStanding(secret);
      const over = [...ended];
      const after = bounded(alter(new Map([...before].filter(([id]) => !over.includes(id)))));
      const data = { ...(secret.data as object), [field]: writeStanding(after) };
      try {
        await client.update({ ...secret, data }, { signal, fieldManager: 'helm-gitops' });
        known = after;
        for (const id of over) ended.delete(id);
        return;
      } catch (error) {
        if (!isClusterError(error, 'cluster.conflict') || tries === mostTries) throw error;
      }
    }
  };
  /** One after the other. */
  const inTurn = (alter: (before: Standing) => Standing) => {
    const done = last.then(() => change(alter));
    last = done.catch(() => undefined);
    return done;
  };
  return {
    async has(id, seal) {
      await last;
      known ??= readStanding(await read());
      return !ended.has(id) && known.get(id)?.includes(seal) === true;
    },
    replace: (id, made, instead) =>
      inTurn((before) => {
        const kept = [...before].map(([of, seals]) => [of, seals.filter((one) => !instead.includes(one))] as const);
        const standing = new Map(kept.filter(([, seals]) => seals.length > 0));
        const beside = standing.get(id) ?? [];
        standing.delete(id);
        return standing.set(id, [...beside, made]);
      }),
    async end(id) {
      await last;
      // What has opened a gate was looked up before.
      if (known?.has(id) !== true) return;
      ended.add(id);
      await inTurn((before) => before);
    },
  };
}

function bounded(standing: Standing): Standing {
  let count = [...standing.values()].reduce((sum, seals) => sum + seals.length, 0);
  const kept = new Map(standing);
  for (const [id, seals] of standing) {
    if (count <= mostStanding) break;
    count -= seals.length;
    kept.delete(id);
  }
  return kept;
}

const writeStanding = (standing: Standing): string => Buffer.from(JSON.stringify([...standing])).toString('base64');

function readStanding({ data, metadata }: KubernetesObject): Standing {
  const text = (data as Readonly<Record<string, unknown>> | undefined)?.[field];
  if (text === undefined) return new Map();
  try {
    const value: unknown = JSON.parse(Buffer.from(String(text), 'base64').toString());
    if (Array.isArray(value) && value.every(isEntry)) return new Map(value);
  } catch {
    // Told below.
  }
  const message = `Secret ${metadata.namespace}/${metadata.name}: ${field} is not what the daemon wrote there`;
  const hint = `take ${field} out of it: what people approved by the API has to be approved anew`;
  throw new HelmGitopsError('approval.key', 'user', message, { hint });
}

const isEntry = (value: unknown): value is [string, string[]] =>
  Array.isArray(value) &&
  typeof value[0] === 'string' &&
  Array.isArray(value[1]) &&
  value[1].every((one) => typeof one === 'string');
