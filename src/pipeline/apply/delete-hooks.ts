/**
 * Deletes the objects of those hooks whose policies say so, one after the other, and waits until each is gone: what
 * comes next may have its name. CustomResourceDefinitions stay, for all their objects would go with them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ObjectReference } from '../../foundation/cluster/cluster-client.ts';
import type { RecordedHook } from '../../foundation/history/release-record.ts';
import { objectLabel } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import { placeRecorded } from '../plan/place-objects.ts';
import type { HookDeletePolicy } from '../render/rendered-release.ts';
import type { HookInput } from './run-hooks.ts';

type Deleting = Pick<HookInput, 'client' | 'namespace' | 'timeout' | 'now' | 'signal'>;

export async function deleteHooks(
  input: Deleting,
  { hooks, policy }: { hooks: readonly RecordedHook[]; policy: HookDeletePolicy },
): Promise<void> {
  const { client, namespace, signal } = input;
  for (const hook of hooks) {
    if (!hook.delete_policies?.includes(policy)) continue;
    const discovery = await client.discovery({ signal });
    for (const object of placeRecorded({ objects: parseManifest(hook.manifest), namespace, discovery })) {
      const { apiVersion, kind, metadata } = object;
      // One with `generateName` has another name each time: nobody knows the former ones.
      if (kind === 'CustomResourceDefinition' || metadata.name === undefined) continue;
      await deleteAndWait(input, { apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
    }
  }
}

/** Milliseconds between two looks, at first and at most. */
const firstPause = 25;
const longestPause = 500;

async function deleteAndWait({ client, signal, now, timeout }: Deleting, target: ObjectReference): Promise<void> {
  if (!(await client.delete(target, { propagation: 'Background', signal }))) return;
  const deadline = now().getTime() + timeout;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const live = await client.get(target, { signal });
    if (live === undefined) return;
    if (now().getTime() > deadline) {
      const { finalizers = [] } = live.metadata;
      throw new HelmGitopsError(
        'hook.not-deleted',
        'cluster',
        `the former ${objectLabel({ kind: target.kind, name: target.name })} is still being deleted`,
        {
          hint: finalizers.length > 0 ? `it waits for the finalizers ${finalizers.join(', ')}` : undefined,
        },
      );
    }
    await delay(pause, undefined, { signal });
  }
}
