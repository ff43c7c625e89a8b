/**
 * Runs the hooks of one event as Helm 4.2 does: by weight, then name; each makes way for itself, is written and waited
 * for. The first that fails ends the event; that is told in the outcome, with all hooks as their record should have
 * them. It neither decides how a hook ends (`finished` is given), nor writes the record but through `onRun`, nor
 * deletes what is left before the caller says so.
 */
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { dueHooks } from '../../foundation/history/due-hooks.ts';
import type { RecordedHook } from '../../foundation/history/release-record.ts';
import { groupVersionKind, type KubernetesObject } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import { placeObjects } from '../plan/place-objects.ts';
import type { HookDeletePolicy, HookEvent } from '../render/rendered-release.ts';
import { fieldManager } from './apply-plan.ts';
import { deleteHooks } from './delete-hooks.ts';

export interface HookInput {
  readonly client: ClusterClient;
  readonly hooks: readonly RecordedHook[];
  readonly event: HookEvent;
  readonly namespace: string;
  /** Milliseconds for each hook, and for each deletion. */
  readonly timeout: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Waits until an object of a hook is done; says what went wrong, or nothing. */
  readonly finished: (object: KubernetesObject) => Promise<HookProblem | undefined>;
  /** Before each run, with all hooks as they are then: to be recorded before the hook is written. */
  readonly onRun: (hooks: readonly RecordedHook[]) => Promise<void>;
  /** When a hook ended whose output its chart wants to be told. */
  readonly onOutput?: (hook: RecordedHook, objects: readonly KubernetesObject[]) => Promise<void>;
}

export interface HookProblem {
  /** `Job/migrate` */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
  readonly pod?: string | undefined;
  /** The newest warning's text. */
  readonly event?: string | undefined;
  /** The last lines of its log: for the log only, never for a record. */
  readonly logs?: string | undefined;
}

export interface HookOutcome {
  /** All of them, with their `last_run`: the caller's next write of the record has to hold them. */
  readonly hooks: readonly RecordedHook[];
  readonly failure?: HookFailure;
  /** Deletes what is left, as the policies say; after a failure too. Helm's `test` shows logs before. */
  readonly cleanUp: () => Promise<void>;
}

export interface HookFailure {
  readonly hook: RecordedHook;
  readonly error: HelmGitopsError;
  readonly problem: HookProblem;
}

export async function runHooks(input: HookInput): Promise<HookOutcome> {
  const due = dueHooks(input.hooks, input.event);
  let hooks = input.hooks;
  const change = (index: number, parts: Partial<RecordedHook>) => {
    hooks = hooks.map((hook, at) => (at === index ? { ...hook, ...parts } : hook));
  };
  const remove = (indices: readonly number[], policy: HookDeletePolicy) =>
    deleteHooks(input, { hooks: indices.map((index) => hooks[index]).filter(isHook), policy });
  const done: number[] = [];
  for (const index of due) {
    // Helm writes its default down.
    if ((hooks[index]?.delete_policies ?? []).length === 0)
      change(index, { delete_policies: ['before-hook-creation'] });
    const hook = hooks[index];
    if (hook === undefined) continue;
    const record = (last_run: LastRun) => change(index, { last_run });
    const failed = await runHook(input, hook, {
      record,
      current: () => hooks,
      remove: () => remove([index], 'before-hook-creation'),
    });
    if (failed !== undefined) {
      const cleanUp = async () => {
        if (!failed.created) return;
        // That something stays matters less than why the hook failed.
        for (const [indices, policy] of [
          [[index], 'hook-failed'],
          [done, 'hook-succeeded'],
        ] as const)
          await remove(indices, policy).catch(throwIfAborted(input.signal));
      };
      return { hooks, failure: { ...failed, hook }, cleanUp };
    }
    done.push(index);
  }
  return { hooks, cleanUp: () => remove(done.toReversed(), 'hook-succeeded') };
}

type LastRun = NonNullable<RecordedHook['last_run']>;

interface HookTurn {
  readonly record: (run: LastRun) => void;
  readonly current: () => readonly RecordedHook[];
  readonly remove: () => Promise<void>;
}

interface FailedRun extends Omit<HookFailure, 'hook'> {
  /** One that could not even be written leaves everything as it is, as with Helm. */
  readonly created: boolean;
}

async function runHook(input: HookInput, hook: RecordedHook, turn: HookTurn): Promise<FailedRun | undefined> {
  const { now, signal } = input;
  let written: KubernetesObject[] | undefined;
  const end = (phase: string, started_at: string) =>
    turn.record({ started_at, completed_at: now().toISOString(), phase });
  let started_at: string | undefined;
  try {
    await turn.remove();
    const objects = await placed(input, hook);
    started_at = now().toISOString();
    turn.record({ started_at, phase: 'Running' });
    await input.onRun(turn.current());
    const answers: KubernetesObject[] = [];
    for (const object of objects) answers.push(await write(input, object));
    written = answers;
    const problem = await firstProblem(input, written);
    end(problem === undefined ? 'Succeeded' : 'Failed', started_at);
    await tellOutput(input, hook, {
      objects: written,
      policy: problem === undefined ? 'hook-succeeded' : 'hook-failed',
    });
    return problem && { error: failedHook(input, hook, { problem }), problem, created: true };
  } catch (thrown) {
    // A process that stops says nothing about the hook: the next start runs it again.
    if (signal.aborted) throw thrown;
    if (started_at !== undefined) end('Failed', started_at);
    const cause = asHelmGitopsError(thrown);
    const problem = { object: `${hook.kind}/${hook.name}`, reason: cause.code, message: cause.message };
    return { error: failedHook(input, hook, { problem, cause }), problem, created: written !== undefined };
  }
}

/** A kind whose definition an earlier hook brought is known only after another look. */
async function placed(input: HookInput, hook: RecordedHook): Promise<KubernetesObject[]> {
  const { client, namespace, signal } = input;
  const objects = parseManifest(hook.manifest);
  let discovery = await client.discovery({ signal });
  if (objects.some((object) => discovery.resource(groupVersionKind(object)) === undefined))
    discovery = await client.discovery({ refresh: true, signal });
  return placeObjects({ objects, namespace, discovery, crds: [] });
}

async function write({ client, signal }: HookInput, object: KubernetesObject): Promise<KubernetesObject> {
  // Without a name there is nothing to apply to.
  if (object.metadata.name === undefined) return await client.create(object, { fieldManager, signal });
  return await client.apply(object, { fieldManager, force: true, signal });
}

async function firstProblem(input: HookInput, objects: readonly KubernetesObject[]): Promise<HookProblem | undefined> {
  for (const object of objects) {
    const problem = await input.finished(object);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Output is a courtesy: that it cannot be had changes nothing. */
async function tellOutput(
  { onOutput, signal }: HookInput,
  hook: RecordedHook,
  { objects, policy }: { objects: readonly KubernetesObject[]; policy: string },
): Promise<void> {
  if (!hook.output_log_policies?.includes(policy)) return;
  await onOutput?.(hook, objects).catch(throwIfAborted(signal));
}

function throwIfAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (signal.aborted) throw error;
  };
}

function failedHook(
  { event }: HookInput,
  hook: RecordedHook,
  { problem, cause }: { problem: HookProblem; cause?: HelmGitopsError },
): HelmGitopsError {
  const who = `${hook.kind}/${hook.name} (${hook.path})`;
  const details = { hint: cause?.hint ?? problem.event, ...(cause === undefined ? {} : { cause }) };
  const fault = cause?.fault ?? 'cluster';
  if (event === 'test') return new HelmGitopsError('test.failed', fault, `test ${who}: ${problem.message}`, details);
  return new HelmGitopsError('hook.failed', fault, `${event} hook ${who}: ${problem.message}`, details);
}

function isHook(hook: RecordedHook | undefined): hook is RecordedHook {
  return hook !== undefined;
}
