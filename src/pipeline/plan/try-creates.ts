/**
 * Asks the API server by a dry run whether it would take the objects that a release is about to create, and returns what it
 * says against them. It writes nothing. What only comes with the release itself (a namespace, the definition of a kind, a role)
 * cannot be asked about; objects of such a kind are held to the schema that comes with them.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { inParallel } from '../../foundation/base/in-parallel.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { ClusterErrorCode } from '../../foundation/cluster/cluster-errors.table.ts';
import { type KubernetesObject, keyId, objectKey } from '../../foundation/manifest/object.ts';
import { checkByDefinition } from './check-by-definition.ts';
import { type ReleaseKey, withOwnership } from './ownership.ts';

export interface TryCreatesInput {
  readonly client: Pick<ClusterClient, 'apply'>;
  readonly release: ReleaseKey;
  readonly rendered: readonly KubernetesObject[];
  /** By `keyId`: what exists. */
  readonly live: ReadonlyMap<string, unknown>;
  /** CustomResourceDefinitions that the release brings. */
  readonly definitions: readonly KubernetesObject[];
  readonly signal: AbortSignal;
}

const parallel = 8;

/** What speaks against the object itself; nothing else is known of one that could not be tried. */
const refusals: ReadonlySet<ClusterErrorCode> = new Set([
  'cluster.bad-request',
  'cluster.denied',
  'cluster.invalid',
  'cluster.not-allowed',
  'cluster.quota-exceeded',
  'cluster.too-large',
]);
const untold: ReadonlySet<ClusterErrorCode> = new Set([
  'cluster.forbidden',
  'cluster.not-found',
  'cluster.terminating',
]);

/** By `keyId`. */
export async function tryCreates(input: TryCreatesInput): Promise<ReadonlyMap<string, string>> {
  const missing = input.rendered.filter(
    (object) => object.metadata.name !== undefined && !input.live.has(keyId(objectKey(object))),
  );
  const tried = await inParallel(
    parallel,
    missing,
    async (object) => [object, await tryCreate(input, object)] as const,
  );
  return new Map(
    tried.flatMap(([object, why]) => (why === undefined ? [] : [[keyId(objectKey(object)), why] as const])),
  );
}

async function tryCreate(
  { client, release, definitions, signal }: TryCreatesInput,
  object: KubernetesObject,
): Promise<string | undefined> {
  try {
    await client.apply(withOwnership(object, release), { fieldManager: 'helm', force: true, dryRun: true, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    const code = error.code as ClusterErrorCode;
    if (code === 'cluster.unknown-kind') return checkByDefinition(definitions, object);
    // A webhook that takes no dry runs says nothing of the object.
    if (refusals.has(code)) return /dry.?run/i.test(error.message) ? undefined : error.message;
    if (untold.has(code)) return undefined;
    throw error;
  }
}
