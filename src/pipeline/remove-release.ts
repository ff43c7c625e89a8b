/** Takes a release away whose definition is gone, as its state remembers: uninstalled, kept, or held until a person confirms. */

import type { ReleaseFields } from '../foundation/events/event.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { accountOf, actFor } from './act-for.ts';
import { uninstallRelease } from './apply/uninstall-release.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { decideRemoval } from './remediate/decide-removal.ts';
import { runReleaseHooks } from './run-release-hooks.ts';

/** Milliseconds; the definition that could say another is gone. */
const defaultTimeout = 300_000;

export interface RemovalInput {
  readonly op: string;
  readonly state: ReleaseState;
  readonly cluster: string;
  /** Too many of an environment's releases would go at once. */
  readonly guarded: boolean;
}

export type RemovalResult = 'uninstalled' | 'kept' | 'waiting';

export async function removeRelease(
  given: ReleaseContext,
  { op, state, cluster, guarded }: RemovalInput,
): Promise<RemovalResult> {
  const { namespace, release, app, environment, serviceAccount } = state.identity;
  const context = actFor(given, serviceAccount);
  const fields: ReleaseFields = { op, app, environment, cluster, namespace, release };
  const history = context.history(namespace, release);
  const stored = await newestRevision(history);
  const kinds = stored ? parseManifest(stored.record.manifest).map(({ kind }) => kind) : [];
  const decision = decideRemoval({ state, kinds, guarded });
  if (decision.removal === 'wait') {
    const id = state.removal?.id ?? `r-${app}-${environment}`;
    if (!state.removal) {
      const removal = { id, since: context.now().toISOString(), reason: decision.reason };
      await context.states.change(namespace, release, (current) => current && { ...current, removal });
      context.emit({
        event: 'removal.waiting',
        ...fields,
        id,
        reason: decision.reason,
        hint: `run: helm-gitops confirm ${id}`,
      });
    }
    return 'waiting';
  }
  if (decision.removal === 'keep' || !stored) {
    await context.states.remove(namespace, release);
    return 'kept';
  }
  const versions = (await history.marks()).map(({ version }) => version);
  const kept = await uninstallRelease({
    client: context.client,
    history,
    stored,
    versions,
    runHooks: (run) => runReleaseHooks(context, { ...run, fields, timeout: defaultTimeout }),
    signal: context.signal,
  });
  await context.states.remove(namespace, release);
  context.emit({
    event: 'release.uninstalled',
    ...fields,
    version: stored.record.version,
    ...(kept.length > 0 ? { kept: kept.join(', ') } : {}),
  });
  return 'uninstalled';
}

/** Takes a failed first install away again (`rollback.firstInstall: uninstall`); its quarantine stays in the state. */
export async function undoInstall(
  given: ReleaseContext,
  prepared: Pick<PreparedRelease, 'op' | 'definition'>,
): Promise<void> {
  const { namespace, releaseName, settings } = prepared.definition;
  const context = actFor(given, accountOf(prepared.definition));
  const { client, signal } = context;
  const history = context.history(namespace, releaseName);
  const stored = await newestRevision(history);
  if (!stored) return;
  const versions = (await history.marks()).map(({ version }) => version);
  const { timeout } = settings;
  const fields = releaseFields(prepared);
  const kept = await uninstallRelease({
    client,
    history,
    stored,
    versions,
    runHooks: (run) => runReleaseHooks(context, { ...run, fields, timeout }),
    signal,
  });
  const told = kept.length > 0 ? { kept: kept.join(', ') } : {};
  context.emit({ event: 'release.uninstalled', ...fields, version: stored.record.version, ...told });
}
