/** Codes of what can be wrong with a chart, with the fault that decides what follows. */
import type { Fault } from '../../foundation/base/errors.ts';

export const chartErrors = {
  'chart.dependency-invalid': { fault: 'user', summary: 'a dependency does not fit what Chart.yaml asks for' },
  'chart.dependency-missing': { fault: 'user', summary: 'a dependency named in Chart.yaml does not lie in charts/' },
  'chart.dependency-not-yet': {
    fault: 'user',
    summary: 'a dependency would have to be downloaded, which is not done yet',
  },
  'chart.incompatible': { fault: 'user', summary: 'the chart asks for another version of Kubernetes' },
  'chart.invalid': { fault: 'user', summary: 'a file of the chart breaks a rule of Helm' },
  'chart.no-template': { fault: 'user', summary: 'no template of the chart is of that name' },
  'chart.not-found': { fault: 'user', summary: 'there is no chart at that path' },
  'chart.not-installable': { fault: 'user', summary: 'a library chart cannot be installed' },
  'chart.outside': { fault: 'user', summary: 'the chart, or a link in it, leads out of the repository' },
  'chart.schema': { fault: 'user', summary: "the values break a rule of the chart's values.schema.json" },
  'chart.template': { fault: 'user', summary: 'a template of the chart failed' },
  'chart.too-large': { fault: 'user', summary: 'the chart is larger than Helm takes' },
  'chart.values': { fault: 'user', summary: "the values do not fit the chart's own" },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type ChartErrorCode = keyof typeof chartErrors;
