/** Charts that are broken on purpose, one mistake each: what Helm says of them stands in broken-charts.recorded.json. */
import type { BrokenChart } from './broken-charts/broken-chart.ts';
import { chartFiles } from './broken-charts/chart-yaml.table.ts';
import { commandLine } from './broken-charts/command-line.table.ts';
import { manifests } from './broken-charts/manifests.table.ts';
import { schemas } from './broken-charts/schema.table.ts';
import { templateRun } from './broken-charts/template-run.table.ts';
import { templateSyntax } from './broken-charts/template-syntax.table.ts';
import { valuesFiles } from './broken-charts/values.table.ts';

export const brokenCharts: readonly BrokenChart[] = [
  ...templateSyntax,
  ...templateRun,
  ...manifests,
  ...chartFiles,
  ...valuesFiles,
  ...schemas,
  ...commandLine,
];
