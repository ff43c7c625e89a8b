/** Takes a prepared release, renders it without a cluster: lookups find nothing, and the API is what Helm has built in. */

import type { PreparedRelease } from './context.ts';
import { offlineCapabilities } from './render/offline-capabilities.table.ts';
import { renderChart } from './render/render-chart.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import type { RenderSources } from './render/sources.ts';

export interface OfflineRendering {
  readonly compat: 'helm3' | 'helm4';
  /** Undefined: Helm's own default. */
  readonly kubeVersion: string | undefined;
  readonly sources: RenderSources;
  /** As the first revision, or as one that follows another. */
  readonly isInstall: boolean;
}

export function renderOffline(
  { chart, values, definition }: Pick<PreparedRelease, 'chart' | 'values' | 'definition'>,
  { compat, kubeVersion, sources, isInstall }: OfflineRendering,
): RenderedRelease {
  return renderChart({
    chart,
    values,
    release: {
      name: definition.releaseName,
      namespace: definition.namespace,
      revision: isInstall ? 1 : 2,
      isInstall,
      isUpgrade: !isInstall,
    },
    capabilities: kubeVersion === undefined ? offlineCapabilities : { ...offlineCapabilities, kubeVersion },
    compat,
    patches: definition.settings.patches,
    sources,
  });
}
