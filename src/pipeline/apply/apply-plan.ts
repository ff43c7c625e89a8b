/**
 * Carries out a plan: objects are written by server-side apply as field manager `helm`, kind by kind in Helm's order,
 * side by side within a kind, what another one names first where Helm's order is silent; what is no longer rendered is deleted last, and only if nothing failed before.
 * It never waits for readiness and never touches Helm's records.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { compareForUninstall } from '../../foundation/manifest/kind-order.ts';
import {
  groupVersionKind,
  type KubernetesObject,
  type ObjectKey,
  objectLabel,
} from '../../foundation/manifest/object.ts';
import type { DriftIgnore } from '../definitions/release-definition.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { awaitEstablished } from './await-established.ts';
import { consecutiveKinds } from './consecutive-kinds.ts';
import { type CreateInput, createOnce } from './create-once.ts';
import { keepLiveFields } from './keep-live-fields.ts';
import { migrateObject, needsMigration } from './migrate-object.ts';
import { namedFirst } from './named-first.ts';
import { notOwned } from './not-owned.ts';
import { type TakenOver, takenOver } from './taken-over.ts';

export const fieldManager = 'helm';

export interface ApplyInput {
  readonly client: ClusterClient;
  readonly plan: Plan;
  readonly ignore: readonly DriftIgnore[];
  /** Where several releases are worked on at once: which one this is, and what they make. */
  readonly others?: Pick<CreateInput, 'release' | 'creations'> | undefined;
  readonly signal: AbortSignal;
  /** Told what each object was applied as and what the answer was. */
  readonly onWritten?: (object: KubernetesObject, answer: KubernetesObject) => void;
  /** Told of each manager that lost fields to us. */
  readonly onTakenOver?: (object: string, taken: TakenOver) => void;
  /** The revision before was written client-side or by another program: what it left unchanged is handed over too. */
  readonly handsOver?: boolean;
}

export interface ApplyResult {
  /** As the server answered, in the order of the plan; unchanged ones are left out. */
  readonly written: readonly KubernetesObject[];
  readonly deleted: readonly string[];
}

const keyOf = ({ key }: Change) => key;

/** How many objects of one kind are written at a time. */
const parallel = 8;

/** Fails with the first failed kind's errors joined; what was written until then stays for the remedy to deal with. */
export async function applyPlan(input: ApplyInput): Promise<ApplyResult> {
  refuseImpossible(input.plan);
  const writes = input.plan.changes.filter(({ operation }) => ['create', 'update', 'adopt'].includes(operation));
  const written: KubernetesObject[] = [];
  for (const group of namedFirst(writes)) {
    const answers = await settleAll(group, (change) => writeObject(input, change));
    written.push(...answers);
    const used = answers.filter((answer) => writes.some(({ key }) => isDefinedBy(answer, key)));
    await awaitEstablished(input.client, used, input.signal);
  }
  if (input.handsOver) {
    const unchanged = input.plan.changes.filter(({ operation }) => operation === 'unchanged');
    for (const group of consecutiveKinds(unchanged, keyOf)) await settleAll(group, (change) => handOver(input, change));
  }
  const removals = input.plan.changes
    .filter(({ operation }) => operation === 'delete')
    .sort((a, b) => compareForUninstall(a.key.kind, b.key.kind));
  for (const group of consecutiveKinds(removals, keyOf))
    await settleAll(group, (change) => deleteObject(input, change));
  return { written, deleted: removals.map(({ key }) => objectLabel(key)) };
}

/** A definition among the templates, and an object of its kind beside it. */
function isDefinedBy({ kind, spec }: KubernetesObject, key: ObjectKey): boolean {
  if (kind !== 'CustomResourceDefinition') return false;
  const { group, names } = (spec ?? {}) as { group?: string; names?: { kind?: string } };
  return group === key.group && names?.kind === key.kind;
}

/** Throws for a plan that must not be begun. */
export function refuseImpossible(plan: Plan): void {
  const refused = plan.changes.find(({ operation }) => operation === 'refused' || operation === 'replacementRefused');
  if (!refused) return;
  if (refused.operation === 'refused') throw notOwned(refused.key, refused.reason);
  throw new HelmGitopsError(
    'apply.immutable-field',
    'user',
    `${objectLabel(refused.key)} cannot be changed in place: ${refused.reason}`,
    {
      hint: 'give it another name, or delete it by hand first: the field cannot change on a living object',
    },
  );
}

async function writeObject(input: ApplyInput, change: Change): Promise<KubernetesObject> {
  const { client, ignore, signal } = input;
  const before =
    change.live ?? (input.handsOver && change.operation !== 'create' ? await readAgain(input, change) : undefined);
  const live = before && (await migrateObject({ client, live: before, manager: fieldManager, signal }));
  const object = live ? keepLiveFields({ object: change.object, live, ignore }) : change.object;
  const write = () => client.apply(object, { fieldManager, force: true, signal });
  const look = () => readAgain(input, change);
  const others = change.operation === 'create' ? input.others : undefined;
  const answer = others ? await createOnce({ ...others, key: change.key, look, write }) : await write();
  input.onWritten?.(change.object, answer);
  for (const taken of live ? takenOver(live, answer, fieldManager) : []) {
    input.onTakenOver?.(objectLabel(change.key), taken);
  }
  return answer;
}

/** Applied too: what an update had owned as a whole would else be owned as a whole by the apply. */
async function handOver(input: ApplyInput, change: Change): Promise<void> {
  const live = change.live ?? (await readAgain(input, change));
  if (live && needsMigration(live, fieldManager)) await writeObject(input, { ...change, live });
}

/** What was known well enough to plan upon, and was not read. */
async function readAgain({ client, signal }: ApplyInput, { object }: Change): Promise<KubernetesObject | undefined> {
  const { apiVersion, kind, metadata } = object;
  return await client.get({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' }, { signal });
}

/** Only the object that the plan saw: not one that somebody put in its place meanwhile. */
async function deleteObject({ client, signal }: ApplyInput, { object, live }: Change): Promise<void> {
  const { name = '', namespace } = object.metadata;
  const uid = live?.metadata.uid;
  await client.delete(
    { apiVersion: object.apiVersion, kind: object.kind, name, namespace },
    { propagation: 'Background', signal, ...(uid && { preconditions: { uid } }) },
  );
}

/** Every change is tried, then the errors are told together: one failed object hides no other. */
async function settleAll<Result>(
  group: readonly Change[],
  act: (change: Change) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: HelmGitopsError[] = [];
  for (let start = 0; start < group.length; start += parallel) {
    const slice = group.slice(start, start + parallel);
    const settled = await Promise.allSettled(slice.map(act));
    settled.forEach((outcome, index) => {
      if (outcome.status === 'fulfilled') results.push(outcome.value);
      else failures.push(objectFailure(slice[index] as Change, outcome.reason));
    });
  }
  const [first] = failures;
  if (!first) return results;
  if (failures.length === 1) throw first;
  throw new HelmGitopsError(first.code, first.fault, failures.map(({ message }) => message).join(' && '), {
    cause: first,
    hint: first.hint,
  });
}

function objectFailure(change: Change, error: unknown): HelmGitopsError {
  if (!(error instanceof HelmGitopsError))
    return new HelmGitopsError('apply.failed', 'internal', String(error), { cause: error });
  const { group, version } = groupVersionKind(change.object);
  const hint =
    error.code === 'cluster.not-found'
      ? `is ${group || 'core'}/${version} served by the cluster, and does the namespace exist?`
      : error.hint;
  const label = objectLabel(change.key);
  // What the API server refuses names the object already.
  const isNamed = error.message.includes(label) || error.code === 'apply.not-owned';
  const message = isNamed ? error.message : `${label}: ${error.message}`;
  return new HelmGitopsError(error.code, error.fault, message, {
    cause: error,
    hint,
  });
}
