/**
 * Takes a condition for a dependency (`readyExpr` of Flux: CEL over `self` and `dep`) and both releases, returns why it does
 * not hold. They are HelmReleases as git has them, with the status that Flux would have given them, as far as it is known here.
 */
import { celValue } from '../../../../foundation/cel/cel-value.ts';
import type { CelProgram } from '../../../../foundation/cel/compile-cel.ts';
import type { JsonObject } from '../../../../foundation/manifest/object.ts';

export interface ConditionedRelease {
  readonly data: JsonObject;
  readonly isReady: boolean;
  readonly namespace: string;
  readonly releaseName: string;
  /** Helm's revision; undefined: it was never deployed. */
  readonly version: number | undefined;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion?: string | undefined };
}

const longest = 4096;

/** The problem of an expression that is none. The CEL library is loaded only here, and only when needed. */
export async function compileCondition(text: string): Promise<CelProgram | { readonly problem: string }> {
  if (text.length > longest) return { problem: `it is longer than ${longest} characters` };
  const { compileCel } = await import('../../../../foundation/cel/compile-cel.ts');
  const program = compileCel(text, { self: 'map', dep: 'map' });
  if ('problem' in program || program.type === 'bool' || program.type === 'dyn') return program;
  return { problem: `it gives ${program.type}, not true or false` };
}

/** Undefined: it holds. */
export async function unmetCondition(
  text: string,
  { self, dep }: { readonly self: ConditionedRelease; readonly dep: ConditionedRelease },
): Promise<string | undefined> {
  const program = await compileCondition(text);
  if ('problem' in program) return program.problem;
  const outcome = program.run({ self: celValue(helmRelease(self)), dep: celValue(helmRelease(dep)) });
  if ('problem' in outcome) return outcome.problem;
  return outcome.value === true ? undefined : 'it does not hold';
}

/** Of the first generation, which is always the observed one: what git says is what is deployed, or it is not ready. */
function helmRelease({ data, isReady, namespace, releaseName, version, chart }: ConditionedRelease): JsonObject {
  const condition = (type: string) => ({ type, status: isReady ? 'True' : 'False', observedGeneration: 1 });
  const { appVersion = '' } = chart;
  const entry = {
    name: releaseName,
    namespace,
    status: 'deployed',
    chartName: chart.name,
    chartVersion: chart.version,
    appVersion,
  };
  return {
    ...data,
    metadata: { ...(data['metadata'] as JsonObject), generation: 1 },
    status: {
      observedGeneration: 1,
      conditions: [condition('Ready'), condition('Released')],
      history: version === undefined ? [] : [{ ...entry, version }],
    },
  };
}
