/** What taking a release away would do to its objects: its newest record against what is live. It writes nothing. */
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { secretData } from '../foundation/secrets/secret-data.ts';
import { accountOf, actFor } from './act-for.ts';
import type { PreparedRelease, ReleaseContext } from './context.ts';
import { placeRecorded } from './plan/place-objects.ts';
import type { Plan } from './plan/plan.ts';
import { planRelease } from './plan/plan-release.ts';
import { type PlannedAround, plannedHooks } from './plan/planned-hooks.ts';
import { readLive } from './plan/read-live.ts';

/** Undefined: it is not installed. */
export async function previewRemoval(
  given: Pick<ReleaseContext, 'client' | 'signal' | 'history' | 'mask'>,
  { definition }: Pick<PreparedRelease, 'definition'>,
): Promise<{ readonly plan: Plan; readonly around: PlannedAround } | undefined> {
  const context = actFor(given, accountOf(definition));
  const { client, signal } = context;
  const { namespace, releaseName: name, settings } = definition;
  const base = await newestRevision(context.history(recordsNamespace(definition), name));
  if (base === undefined || base.record.info.status === 'uninstalled') return undefined;
  const discovery = await client.discovery({ signal });
  const recorded = placeRecorded({ objects: parseManifest(base.record.manifest), namespace, discovery });
  context.mask?.add(secretData(recorded));
  const release = { name, namespace };
  const { ignore } = settings.drift;
  const live = await readLive({ client, release, recorded, rendered: [], ignore, dryRun: 'same', signal });
  const plan = planRelease({
    release,
    recorded,
    rendered: [],
    manifest: '',
    hooks: [],
    crds: [],
    live,
    prune: settings.sync.prune === 'all' ? 'all' : true,
    takeOwnership: false,
  });
  const hooks = plannedHooks({ hooks: base.record.hooks, before: [], action: 'delete', tests: false });
  return { plan, around: { crds: [], hooks } };
}
