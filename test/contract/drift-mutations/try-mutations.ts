/**
 * Mutates live objects of a release one by one and lays what a check says beside what it ought to say; then corrects and
 * looks whether live is again what it was.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ClusterClient } from '../../../src/foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { parseManifest } from '../../../src/foundation/manifest/parse-manifest.ts';
import { foldStringData } from '../../../src/pipeline/apply/fold-string-data.ts';
import { checkDrift } from '../../../src/pipeline/check-drift.ts';
import { correctDrift } from '../../../src/pipeline/correct-drift.ts';
import type { Drift } from '../../../src/pipeline/plan/drift.ts';
import { withOwnership } from '../../../src/pipeline/plan/ownership.ts';
import { newRandom, type Random } from '../../support/random.ts';
import { referenceOf } from '../drift-scene.ts';
import { corpus, definition } from './corpus.table.ts';
import { mutateObject, type PatchStep } from './mutate-object.ts';
import { expectedVerdict, type Verdict } from './verdict.ts';

export interface MutationRun {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly seed: number;
  /** Numbers of the mutations that are made. */
  readonly numbers: readonly number[];
}

export interface MutationReport {
  readonly judged: number;
  /** Mutations that the API server refused. */
  readonly refused: number;
  readonly counts: Readonly<Record<'changed' | 'extra' | 'missing' | 'none' | 'corrected' | 'uncorrectable', number>>;
  /** One text for each verdict that is not the expected one. */
  readonly wrong: readonly string[];
}

const controller = 'some-controller';
const people = ['kubectl-edit', 'kubectl-patch', 'Mozilla', 'terraform'];
const signal = new AbortController().signal;
type Plain = Record<string, unknown>;

export async function prepareMutations(client: ClusterClient, namespace: string): Promise<void> {
  for (const object of parseManifest(definition)) await client.apply(object, { fieldManager: 'test', force: true });
  for (let turn = 0; turn < 300; turn += 1) {
    const discovery = await client.discovery({ refresh: true });
    if (discovery.resource({ group: 'mutations.example.com', version: 'v1', kind: 'Thing' })) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
}

export async function tryMutations(run: MutationRun): Promise<MutationReport> {
  const counts = { changed: 0, extra: 0, missing: 0, none: 0, corrected: 0, uncorrectable: 0 };
  const wrong: string[] = [];
  let [judged, refused] = [0, 0];
  const trial = openTrial(run);
  for (const number of run.numbers) {
    const random = newRandom(run.seed, number);
    const result = await trial(random);
    if (result === undefined) {
      refused += 1;
      continue;
    }
    judged += 1;
    for (const kind of result.kinds.length > 0 ? result.kinds : (['none'] as const)) counts[kind] += 1;
    if (result.correction) counts[result.correction] += 1;
    if (result.problem) wrong.push(`--seed ${run.seed} --only ${number}: ${result.problem}`);
  }
  return { judged, refused, counts, wrong };
}

interface Trial {
  readonly kinds: readonly ('changed' | 'extra' | 'missing')[];
  readonly correction: 'corrected' | 'uncorrectable' | undefined;
  readonly problem: string | undefined;
}

function openTrial({ client, namespace }: MutationRun): (random: Random) => Promise<Trial | undefined> {
  const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };
  return async (random) => {
    const manifest = random.pick(corpus);
    const record = { name: 'shop', namespace, version: 1, info, chart: {}, config: {}, manifest, hooks: [] };
    const [bare] = parseManifest(manifest);
    if (!bare) throw new Error('an empty manifest');
    const object = withOwnership({ ...bare, metadata: { ...bare.metadata, namespace } }, record);
    const check = () => checkDrift({ client, record, ignore: [], crds: false, signal });
    const before = await renew(client, object);
    const clean = await check();
    if (clean.length > 0) return failed(`drift of what was just applied: ${show(clean)}`);
    const kind = random.chance(0.04) ? 'delete' : 'patch';
    if (kind === 'delete') return await judgeDeletion({ client, object, before, check });
    const manager = random.chance(0.15) ? controller : random.pick(people);
    const patch = mutateObject(before as unknown as Plain, random);
    const after = await mutate(client, { object, patch, manager });
    if (!after) return undefined;
    const expected = expectedVerdict({ stated: foldStringData(object), before, after } as never);
    return await judge({ client, object, before, check }, { expected, manager, patch, after });
  };
}

/** The object as a deploy leaves it, without anything of before. */
async function renew(client: ClusterClient, object: KubernetesObject): Promise<KubernetesObject> {
  const reference = referenceOf(object);
  await client.delete(reference, { propagation: 'Background' });
  for (let turn = 0; turn < 500 && (await client.get(reference)); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return await client.apply(foldStringData(object), { fieldManager: 'helm', force: true });
}

async function mutate(
  client: ClusterClient,
  { object, patch, manager }: { object: KubernetesObject; patch: readonly PatchStep[]; manager: string },
): Promise<KubernetesObject | undefined> {
  try {
    return await client.patch(referenceOf(object), { type: 'json', body: [...patch] }, { fieldManager: manager });
  } catch (error) {
    if (isClusterError(error, 'cluster.invalid', 'cluster.bad-request', 'cluster.denied', 'cluster.not-found'))
      return undefined;
    throw error;
  }
}

interface Subject {
  readonly client: ClusterClient;
  readonly object: KubernetesObject;
  readonly before: KubernetesObject;
  readonly check: () => Promise<Drift[]>;
}

async function judgeDeletion(subject: Subject): Promise<Trial> {
  const { client, object, check } = subject;
  await client.delete(referenceOf(object), { propagation: 'Background' });
  const found = await check();
  if (found.map(({ kind }) => kind).join() !== 'missing') return failed(`deleted, but told ${show(found)}`);
  return { kinds: ['missing'], ...(await correct(subject, found)) };
}

interface Mutation {
  readonly expected: Verdict;
  readonly manager: string;
  readonly patch: readonly PatchStep[];
  readonly after: KubernetesObject;
}

async function judge(subject: Subject, { expected, manager, patch }: Mutation): Promise<Trial> {
  const found = await subject.check();
  const told = found.map(({ kind }) => kind) as ('changed' | 'extra')[];
  const wanted = [
    ...(expected.changed ? ['changed'] : []),
    ...(expected.extra && manager !== controller ? ['extra'] : []),
  ];
  const about = `${subject.object.kind}/${subject.object.metadata.name} ${JSON.stringify(patch)} by ${manager}`;
  if (!isDeepStrictEqual([...told].sort(), wanted.sort()))
    return failed(
      `${about}: expected ${wanted.join(' and ') || 'none'} ${expected.places.join(' ')}, told ${show(found)}`,
    );
  const strangers = found.map((drift) => drift.manager).filter((name) => name !== 'unknown' && name !== manager);
  if (strangers.length > 0) return failed(`${about}: told of ${strangers.join()}`);
  const correction = await correct(subject, found);
  return { kinds: told, ...correction, problem: correction.problem && `${about}: ${correction.problem}` };
}

/** Corrected, each stated place is what it was when the object was made. */
async function correct(
  { client, object, before, check }: Subject,
  found: readonly Drift[],
): Promise<Pick<Trial, 'correction' | 'problem'>> {
  const drift = found.find(({ kind }) => kind !== 'extra');
  if (!drift) return { correction: undefined, problem: undefined };
  try {
    await correctDrift(client, drift, { ignore: [], signal });
  } catch (error) {
    if (isClusterError(error, 'cluster.invalid')) return { correction: 'uncorrectable', problem: undefined };
    throw error;
  }
  const again = (await check()).filter(({ kind }) => kind !== 'extra');
  if (again.length > 0) return { correction: undefined, problem: `still drifted when corrected: ${show(again)}` };
  const after = await client.get(referenceOf(object));
  const left = after && expectedVerdict({ stated: foldStringData(object), before, after } as never);
  if (!left || left.changed) return { correction: undefined, problem: `not as before when corrected: ${left?.places}` };
  return { correction: 'corrected', problem: undefined };
}

const failed = (problem: string): Trial => ({ kinds: [], correction: undefined, problem });

function show(drifts: readonly Drift[]): string {
  const told = drifts.map(({ kind, approximate, manager, fields }) => {
    const places = fields.map(({ pointer }) => pointer).join(' ');
    return `${approximate ? 'approximate ' : ''}${kind} by ${manager} ${places}`;
  });
  return told.join('; ') || 'none';
}
