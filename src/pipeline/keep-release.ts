/** One turn of a release: kept as git says, or only observed where another tool keeps it or a setting says so. */

import { readOnlyClient } from '../foundation/cluster/read-only-client.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import { accountOf, actFor } from './act-for.ts';
import type { ReleaseContext } from './context.ts';
import { observedBy } from './observed-by.ts';
import { type ObservedChanges, observedChanges } from './plan/observed-changes.ts';
import { planRendered } from './preview-revision.ts';
import { type ReconcileInput, reconcileRelease } from './reconcile-release.ts';
import type { ReconcileResult } from './reconcile-result.ts';

export interface ObservedRelease {
  readonly result: 'observed';
  readonly reason: string;
  /** What a deploy would change. */
  readonly changes: ObservedChanges;
}

export async function keepRelease(
  context: ReleaseContext,
  input: ReconcileInput,
): Promise<ReconcileResult | ObservedRelease> {
  const { definition } = input.prepared;
  const acting = actFor(context, accountOf(definition));
  const reason = await observedBy(acting, definition);
  if (reason === undefined) return await reconcileRelease(context, input);
  return { result: 'observed', reason, changes: await observe(acting, input) };
}

/** As a deploy would plan it, every object tried by a dry run; nothing is written, no state and no record either. */
async function observe(context: ReleaseContext, { prepared }: ReconcileInput): Promise<ObservedChanges> {
  const { definition } = prepared;
  const client = readOnlyClient(context.client);
  const base = await newestRevision(context.history(recordsNamespace(definition), definition.releaseName));
  const rendered = await context.render({
    prepared,
    client,
    revision: (base?.record.version ?? 0) + 1,
    isInstall: base === undefined,
    signal: context.signal,
  });
  const discovery = await client.discovery({ signal: context.signal });
  const { live: _known, ...asking } = context;
  const planned = { rendered, base, discovery, unfinished: [], dryRun: 'all', takeOwnership: true } as const;
  return observedChanges(await planRendered({ ...asking, client }, prepared, planned));
}
