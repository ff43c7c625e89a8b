/** The fields of Chart.yaml in the order of Go's struct: what Helm writes and what a template prints go by it. */
import type { ChartMetadata } from './chart.ts';

export const metadataFields = [
  'name',
  'home',
  'sources',
  'version',
  'description',
  'keywords',
  'maintainers',
  'icon',
  'apiVersion',
  'condition',
  'tags',
  'appVersion',
  'deprecated',
  'annotations',
  'kubeVersion',
  'dependencies',
  'type',
] as const satisfies readonly (keyof ChartMetadata)[];
