/**
 * Takes the chart of one render after its dependencies were processed, returns what Helm stores of it instead of what
 * its files say: an upgrade with `--reuse-values` starts from these values. Subcharts themselves are not stored.
 */
import type { Json, JsonObject } from '../../../foundation/manifest/object.ts';
import type { GoValue } from '../../../foundation/template/value.ts';
import { toJson } from '../../../foundation/yaml/plain-json.ts';
import type { ProcessedChart } from '../rendered-release.ts';
import type { ScopedChart, ScopedDependency } from './scoped-chart.ts';

export function processedChart({ metadata, values }: ScopedChart): ProcessedChart {
  return {
    values: values.isNil === true ? null : (toJson(values) as JsonObject),
    dependencies: metadata.dependencies?.map(dependencyJson),
  };
}

function dependencyJson(dependency: ScopedDependency): Json {
  const rules = dependency['import-values'];
  if (rules === undefined) return dependency as unknown as Json;
  // What processing wrote anew is a Map.
  const plain = rules.map((rule) => (rule instanceof Map ? toJson(rule as GoValue) : rule));
  return { ...dependency, 'import-values': plain } as unknown as Json;
}
