/** Codes of what can be wrong with a chart, with the fault that decides what follows. */
import type { Fault } from '../../foundation/base/errors.ts';

export const chartErrors = {
  'chart.archive-missing': { fault: 'transient', summary: 'a repository lists a version whose archive is not there' },
  'chart.corrupted': {
    fault: 'transient',
    summary: 'a downloaded archive is damaged, or is not the one that was announced',
  },
  'chart.dependency-invalid': { fault: 'user', summary: 'a dependency does not fit what Chart.yaml asks for' },
  'chart.dependency-missing': { fault: 'user', summary: 'a dependency named in Chart.yaml does not lie in charts/' },
  'chart.invalid': { fault: 'user', summary: 'a file of the chart breaks a rule of Helm' },
  'chart.key-invalid': { fault: 'user', summary: 'the public key that a chart is checked with cannot be used' },
  'chart.lock-stale': { fault: 'user', summary: 'Chart.lock is older than what Chart.yaml asks for' },
  'chart.no-index': { fault: 'user', summary: 'there is no chart repository at a URL: it has no index.yaml' },
  'chart.no-repository': { fault: 'user', summary: 'a dependency names a repository that is not known' },
  'chart.no-version': { fault: 'user', summary: 'a chart has no version that fits' },
  'chart.not-found': { fault: 'user', summary: 'there is no chart at that path' },
  'chart.not-pinned': { fault: 'transient', summary: 'the charts changed between fetching and rendering' },
  'chart.unsupported': { fault: 'user', summary: 'a folder is made for a tool that is not run: Kustomize, jsonnet' },
  'chart.outside': { fault: 'user', summary: 'the chart, or a link in it, leads out of the repository' },
  'chart.range-invalid': { fault: 'user', summary: 'neither a version nor a range of versions' },
  'chart.repository-invalid': { fault: 'user', summary: 'the index of a chart repository cannot be read' },
  'chart.offline': { fault: 'transient', summary: 'a chart lies elsewhere, and the network was not to be asked' },
  'chart.slow': { fault: 'transient', summary: 'a chart is not there yet: its host takes long to answer' },
  'chart.tag-disagrees': {
    fault: 'user',
    summary: 'a version and the tag or digest of a reference name different charts',
  },
  'chart.too-large': { fault: 'user', summary: 'the chart is larger than Helm takes' },
  'chart.unknown': { fault: 'user', summary: 'a repository has no chart of that name' },
  'chart.unsigned': {
    fault: 'user',
    summary: 'a chart is not signed by a key of the keyring, or not by the cosign key',
  },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type ChartErrorCode = keyof typeof chartErrors;
