/**
 * Runs the hooks of one event as Helm 4.2 does: by weight, then name; each is deleted before it is created (unless its
 * policy says otherwise), waited for, and deleted afterwards as its policy says. The first that fails ends the event.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient, ObjectReference } from '../../foundation/cluster/cluster-client.ts';
import type { RecordedHook } from '../../foundation/history/release-record.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import type { HookEvent } from '../render/rendered-release.ts';
import { fieldManager } from './apply-plan.ts';

export interface HookInput {
  readonly client: ClusterClient;
  readonly hooks: readonly RecordedHook[];
  readonly event: HookEvent;
  readonly namespace: string;
  /** Milliseconds for each hook. */
  readonly timeout: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Called before and after each run with all hooks as they are then, so that the record tells. */
  readonly onRun: (hooks: readonly RecordedHook[]) => Promise<void>;
}

/** Returns all hooks with their `last_run`. */
export async function runHooks(input: HookInput): Promise<readonly RecordedHook[]> {
  const due = input.hooks
    .filter((hook) => hook.events.includes(input.event))
    .sort((a, b) => (a.weight ?? 0) - (b.weight ?? 0) || compareNames(a.name, b.name));
  let hooks = input.hooks;
  const done: RecordedHook[] = [];
  for (const hook of due) {
    const run = await runHook(input, hook, async (last_run) => {
      hooks = hooks.map((other) =>
        other.path === hook.path && other.name === hook.name && other.kind === hook.kind
          ? { ...other, last_run }
          : other,
      );
      await input.onRun(hooks);
    });
    if (run.failure) {
      await deleteWhere(input, [hook], 'hook-failed');
      await deleteWhere(input, done, 'hook-succeeded');
      throw run.failure;
    }
    done.push(hook);
  }
  await deleteWhere(input, done.reverse(), 'hook-succeeded');
  return hooks;
}

type LastRun = NonNullable<RecordedHook['last_run']>;

async function runHook(
  input: HookInput,
  hook: RecordedHook,
  record: (run: LastRun) => Promise<void>,
): Promise<{ failure?: HelmGitopsError }> {
  const objects = parseManifest(hook.manifest).map((object) => placed(object, input.namespace));
  const policies = hook.delete_policies ?? [];
  if (policies.length === 0 || policies.includes('before-hook-creation')) await deleteAndWait(input, objects);
  const started_at = input.now().toISOString();
  await record({ started_at, phase: 'Running' });
  try {
    for (const object of objects) await input.client.create(object, { fieldManager, signal: input.signal });
    for (const object of objects) await finished(input, object);
  } catch (error) {
    // A process that stops says nothing about the hook: the next start runs it again.
    if (input.signal.aborted) throw error;
    await record({ started_at, completed_at: input.now().toISOString(), phase: 'Failed' });
    return { failure: await hookFailure(input, hook, error) };
  }
  await record({ started_at, completed_at: input.now().toISOString(), phase: 'Succeeded' });
  return {};
}

/** Jobs and Pods are waited for; everything else is done once it exists. */
async function finished(input: HookInput, object: KubernetesObject): Promise<void> {
  if (object.kind !== 'Job' && object.kind !== 'Pod') return;
  const deadline = input.now().getTime() + input.timeout;
  for (;;) {
    const live = await input.client.get(reference(object), { signal: input.signal });
    const verdict = live ? hookVerdict(live) : 'waiting';
    if (verdict === 'succeeded') return;
    if (verdict === 'failed')
      throw new HelmGitopsError('hook.failed', 'cluster', `${object.kind}/${object.metadata.name} failed`);
    if (input.now().getTime() > deadline)
      throw new HelmGitopsError(
        'hook.timeout',
        'cluster',
        `${object.kind}/${object.metadata.name} did not finish in time`,
      );
    await delay(100, undefined, { signal: input.signal });
  }
}

function hookVerdict(live: KubernetesObject): 'succeeded' | 'failed' | 'waiting' {
  const status = live['status'] as { phase?: string; conditions?: { type: string; status: string }[] } | undefined;
  const holds = (type: string) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (live.kind === 'Pod')
    return status?.phase === 'Succeeded' ? 'succeeded' : status?.phase === 'Failed' ? 'failed' : 'waiting';
  return holds('Complete') ? 'succeeded' : holds('Failed') ? 'failed' : 'waiting';
}

async function hookFailure(input: HookInput, hook: RecordedHook, error: unknown): Promise<HelmGitopsError> {
  const reason = error instanceof Error ? error.message : String(error);
  const logs = await podLogs(input, hook).catch(() => '');
  const fault = error instanceof HelmGitopsError ? error.fault : 'internal';
  const message = `${input.event} hook ${hook.kind}/${hook.name} (${hook.path}): ${reason}`;
  return new HelmGitopsError('hook.failed', fault, logs === '' ? message : `${message}; last log lines: ${logs}`, {
    cause: error,
  });
}

async function podLogs(input: HookInput, hook: RecordedHook): Promise<string> {
  const selector = hook.kind === 'Job' ? `job-name=${hook.name}` : undefined;
  const query = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: input.namespace,
    ...(selector ? { labelSelector: selector } : { fieldSelector: `metadata.name=${hook.name}` }),
  };
  const { items } = await input.client.list(query, { signal: input.signal });
  const pod = items.at(-1);
  if (!pod) return '';
  return (
    await input.client.logs(
      { namespace: input.namespace, name: pod.metadata.name ?? '' },
      { tailLines: 5, signal: input.signal },
    )
  ).trim();
}

async function deleteWhere(input: HookInput, hooks: readonly RecordedHook[], policy: string): Promise<void> {
  for (const hook of hooks) {
    if (!hook.delete_policies?.includes(policy)) continue;
    for (const object of parseManifest(hook.manifest))
      await input.client.delete(reference(placed(object, input.namespace)), {
        propagation: 'Background',
        signal: input.signal,
      });
  }
}

async function deleteAndWait(input: HookInput, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    // A CRD takes all its objects with it: Helm never deletes one that is a hook.
    if (object.kind === 'CustomResourceDefinition') continue;
    if (!(await input.client.delete(reference(object), { propagation: 'Background', signal: input.signal }))) continue;
    const deadline = input.now().getTime() + input.timeout;
    while (await input.client.get(reference(object), { signal: input.signal })) {
      if (input.now().getTime() > deadline)
        throw new HelmGitopsError(
          'hook.not-deleted',
          'cluster',
          `the former ${object.kind}/${object.metadata.name} is still being deleted`,
        );
      await delay(50, undefined, { signal: input.signal });
    }
  }
}

function placed(object: KubernetesObject, namespace: string): KubernetesObject {
  return object.metadata.namespace ? object : { ...object, metadata: { ...object.metadata, namespace } };
}

function reference(object: KubernetesObject): ObjectReference {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace,
    name: object.metadata.name ?? '',
  };
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
