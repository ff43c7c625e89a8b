/** Takes a release, returns the dependency whose condition (`readyExpr` of Flux) does not hold. Costs nothing without one. */
import type { PreparedRelease } from '../../pipeline/context.ts';
import {
  type ConditionedRelease,
  unmetCondition,
} from '../../pipeline/definitions/foreign/flux/dependency-condition.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { isReady } from './find-blocker.ts';
import type { Loop } from './release-entry.ts';

type Known = Pick<Loop, 'model' | 'entries' | 'across'>;

export async function findUnready(
  loop: Known,
  prepared: PreparedRelease,
): Promise<{ readonly id: string; readonly message: string } | undefined> {
  for (const dependency of prepared.definition.settings.dependsOn) {
    const { ready } = dependency;
    if (ready === undefined) continue;
    const id = definitionId(dependency);
    const other = loop.entries.get(id)?.prepared ?? wishedElsewhere(loop, prepared, id);
    if (other === undefined) continue;
    const unmet = await unmetCondition(ready, { self: conditioned(loop, prepared), dep: conditioned(loop, other) });
    if (unmet !== undefined) return { id, message: `the condition for a dependency is not met: ${ready}: ${unmet}` };
  }
  return undefined;
}

function wishedElsewhere({ across }: Known, { definition }: PreparedRelease, id: string): PreparedRelease | undefined {
  return across.elsewhere(definition.cluster).find((one) => definitionId(one.definition) === id);
}

function conditioned(loop: Known, { definition, chart }: PreparedRelease): ConditionedRelease {
  const { namespace, releaseName, foreign } = definition;
  const id = definitionId(definition);
  const { name, version, appVersion } = chart.metadata;
  return {
    ...{ namespace, releaseName, data: foreign?.data ?? {}, isReady: isReady(loop, id) },
    version: loop.model.release(id)?.version,
    chart: { name, version, appVersion },
  };
}
