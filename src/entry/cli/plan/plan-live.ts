/** The half of `plan` that asks the clusters: what runs there, and what their servers say of what would come. */
import type { Config } from '../../../config/config.ts';
import { createRenderPool } from '../../../daemon/rendering/render-pool.ts';
import { asHelmGitopsError } from '../../../foundation/base/errors.ts';
import { createLimit } from '../../../foundation/base/in-parallel.ts';
import type { Problem } from '../../../foundation/base/problem.ts';
import type { ReleaseState } from '../../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../../pipeline/definitions/release-definition.ts';
import { failedProblems } from '../../../pipeline/failed-problems.ts';
import { foretellAdoption, foretellEmptied } from '../../../pipeline/foretell-waiting.ts';
import { freezePreview } from '../../../pipeline/freeze-release.ts';
import { previewRemoval } from '../../../pipeline/preview-removal.ts';
import { type Preview, type PreviewContext, previewRelease } from '../../../pipeline/preview-revision.ts';
import { nothingRendered } from '../../../pipeline/render/nothing-rendered.ts';
import { allProblems, type FailedRelease } from '../../../pipeline/sync-revision.ts';
import { objectsIn } from '../choose-prepared.ts';
import { type FleetClusters, openClusters } from '../open-clusters.ts';
import { historiesOf, readFleet } from '../open-fleet.ts';
import { rememberedState } from '../remembered-state.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { ComparedReleases } from './compare-releases.ts';
import type { PlannedRelease } from './planned-release.ts';

export interface LivePlanning {
  /** Some cluster was not reached. */
  readonly isPartial: boolean;
  readonly objectsOf: ReturnType<typeof objectsIn>;
  /** As git says now, every one of them. */
  currentReleases(): Promise<ComparedReleases>;
  plan(wanted: WantedPlans): Promise<PlannedRelease[]>;
}

interface WantedPlans extends Pick<ComparedReleases, 'foretell'> {
  readonly chosen: ComparedReleases['releases'];
  readonly onProblem: (problem: Problem) => void;
  /** To be saved. */
  readonly freezes: boolean;
}

export async function openLive(line: CommandLine, config: Config, stack: AsyncDisposableStack): Promise<LivePlanning> {
  const clusters = await openClusters(line, config, stack);
  return {
    get isPartial() {
      return clusters.isPartial;
    },
    objectsOf: objectsIn(clusters, line),
    currentReleases: () => currentReleases(line, config, clusters),
    plan: (wanted) => planLive(line, { config, clusters, stack, ...wanted }),
  };
}

async function currentReleases(line: CommandLine, config: Config, clusters: FleetClusters): Promise<ComparedReleases> {
  const fleet = await readFleet(line, config, { objectsOf: objectsIn(clusters, line) });
  return {
    releases: fleet.flatMap(({ releases }) => releases).map((prepared) => ({ prepared })),
    defined: fleet.flatMap(({ defined }) => defined),
    problems: fleet.flatMap(allProblems),
    revisions: undefined,
    foretell: ({ prepared }, plan) => ({ waits: foretellEmptied(prepared, plan) }),
    offline: () => [],
  };
}

interface Planning extends WantedPlans {
  readonly config: Config;
  readonly clusters: FleetClusters;
  readonly stack: AsyncDisposableStack;
}

/** Releases that are planned at once. */
const atOnce = 8;

async function planLive(
  line: CommandLine,
  { config, clusters, chosen, foretell, stack, onProblem, freezes }: Planning,
): Promise<PlannedRelease[]> {
  const { compat, kubeVersion } = config.helm;
  const pool = stack.use(createRenderPool({ compat, kubeVersion, mask: line.mask }));
  const inTurn = createLimit(atOnce);
  const planOne = async (one: ComparedReleases['releases'][number]) => {
    const { prepared, removal, values, sources } = one;
    const { definition } = prepared;
    const client = clusters.find(definition.cluster);
    if (!client) return undefined;
    const found = await clusters.askFor(client, definitionId(definition), async () => {
      const known = await rememberedState(config, client, definition);
      const state = known === 'unread' ? undefined : known;
      const secretKeys = state?.deployed?.secretKeys ?? [];
      const history = historiesOf(line, config, { client, secretKeys });
      const context = { client, history, render: pool.render, signal: line.signal, mask: line.mask };
      const preview = removal === undefined ? previewRelease : previewGone;
      const made = await preview(context, prepared).catch(asFailed(definition));
      if (made === undefined || 'error' in made) return made;
      const around = removal === 'keep' || !makesRevision(made, state) ? undefined : made.around;
      if (known === 'unread') return { ...made, around };
      const adoption = foretellAdoption(prepared, { base: made.base, state, own: config.state.namespace });
      const frozen = freezes && removal === undefined ? await freezePreview(context, made, secretKeys) : undefined;
      return { ...made, around, adoption, frozen };
    });
    if (found === undefined || 'error' in found) return found;
    const { plan, around, causes } = found;
    const foretold = foretell(one, plan);
    const waits = foretold.waits ?? ('adoption' in found ? found.adoption : undefined);
    const frozen = 'frozen' in found ? found.frozen : undefined;
    return { definition, plan, around, causes, removal, values, sources, ...foretold, waits, frozen };
  };
  const all = await Promise.all(chosen.map((one) => inTurn(() => planOne(one))));
  failedProblems(all.filter((one) => one !== undefined && 'error' in one)).forEach(onProblem);
  return all.filter((one) => one !== undefined && !('error' in one)) as PlannedRelease[];
}

/** What is wrong with one release keeps no other from being planned. */
function asFailed(definition: ReleaseDefinition): (thrown: unknown) => Pick<FailedRelease, 'definition' | 'error'> {
  return (thrown) => {
    const error = asHelmGitopsError(thrown);
    if (error.fault !== 'user') throw thrown;
    return { definition, error };
  };
}

async function previewGone(context: PreviewContext, prepared: PreparedRelease): Promise<Preview | undefined> {
  const found = await previewRemoval(context, prepared);
  return found && { prepared, ...found, causes: new Map(), rendered: nothingRendered };
}

/** Without one no hook runs, and nobody looks at `crds/`: what has drifted is put right by itself. */
function makesRevision({ prepared, base, rendered }: Preview, state: ReleaseState | undefined): boolean {
  if (base === undefined) return true;
  if (state?.deployed !== undefined && state.deployed.digest !== prepared.digest) return true;
  return !base.isSame && !rendered.unstable;
}
