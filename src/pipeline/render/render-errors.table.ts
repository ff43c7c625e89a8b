/** Codes of what can go wrong between a chart in memory and its manifests. */
import type { Fault } from '../../foundation/base/errors.ts';

export const renderErrors = {
  'chart.incompatible': { fault: 'user', summary: 'the chart asks for another version of Kubernetes' },
  'chart.no-template': { fault: 'user', summary: 'no template of the chart is of that name' },
  'chart.not-installable': { fault: 'user', summary: 'a library chart cannot be installed' },
  'chart.schema': { fault: 'user', summary: "the values break a rule of the chart's values.schema.json" },
  'chart.template': { fault: 'user', summary: 'a template of the chart failed' },
  'chart.values': { fault: 'user', summary: "the values do not fit the chart's own" },
  'render.patch': { fault: 'user', summary: 'a patch of a definition is broken, or fits nothing that is rendered' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
