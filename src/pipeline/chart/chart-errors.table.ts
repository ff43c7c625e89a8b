/** Codes of what can be wrong with a chart, with the fault that decides what follows. */
import type { Fault } from '../../foundation/base/errors.ts';

export const chartErrors = {
  'chart.dependency-invalid': { fault: 'user', summary: 'a dependency does not fit what Chart.yaml asks for' },
  'chart.dependency-missing': { fault: 'user', summary: 'a dependency named in Chart.yaml does not lie in charts/' },
  'chart.invalid': { fault: 'user', summary: 'a file of the chart breaks a rule of Helm' },
  'chart.lock-stale': { fault: 'user', summary: 'Chart.lock is older than what Chart.yaml asks for' },
  'chart.no-repository': { fault: 'user', summary: 'a dependency names a repository that is not known' },
  'chart.not-found': { fault: 'user', summary: 'there is no chart at that path' },
  'chart.not-pinned': { fault: 'transient', summary: 'the charts changed between fetching and rendering' },
  'chart.outside': { fault: 'user', summary: 'the chart, or a link in it, leads out of the repository' },
  'chart.too-large': { fault: 'user', summary: 'the chart is larger than Helm takes' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type ChartErrorCode = keyof typeof chartErrors;
