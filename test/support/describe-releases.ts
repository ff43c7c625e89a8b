/** The releases of a fleet in words: where each lies, the settings that are not the built-in ones, and what it renders. */
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load-config.ts';
import { readFleet } from '../../src/entry/cli/open-fleet.ts';
import type { CommandLine } from '../../src/entry/cli/run-command-line.ts';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import { completeSettings } from '../../src/pipeline/definitions/built-in-settings.ts';
import { definitionId } from '../../src/pipeline/definitions/release-definition.ts';
import { offlineCapabilities } from '../../src/pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../../src/pipeline/render/render-chart.ts';
import { formatTemplateOutput } from '../../src/pipeline/render/template-output.ts';

export async function describeReleases(line: CommandLine): Promise<string> {
  const file = `${line.folder}/helm-gitops.config.yaml`;
  const config = await loadConfig({ file, sets: [], environment: line.environment });
  const fleet = await readFleet(line, config);
  const releases = fleet.flatMap((revision) => revision.releases);
  const byId = (a: PreparedRelease, b: PreparedRelease) =>
    definitionId(a.definition) < definitionId(b.definition) ? -1 : 1;
  return releases.sort(byId).map(describeRelease).join('');
}

function describeRelease(prepared: PreparedRelease): string {
  const { definition } = prepared;
  const { cluster, namespace, releaseName, settings, createNamespace, project, formerly, pin, origin } = definition;
  const more = {
    ...(formerly ? { formerly } : {}),
    ...(origin.parents.length > 0 ? { parents: origin.parents } : {}),
    ...(project ? { project: project.name, serviceAccount: project.serviceAccount } : {}),
    ...(pin ? { pinned: true } : {}),
    ...(createNamespace === false || Object.values(createNamespace).some((map) => Object.keys(map).length > 0)
      ? { createNamespace }
      : {}),
    ...different(withoutPlaces(settings), completeSettings({}, [])),
  };
  const text = Object.keys(more).length === 0 ? '' : stringify(more, { lineWidth: 0 });
  return `=== ${definitionId(definition)}: ${releaseName} in ${cluster}/${namespace}\n${text}${rendered(prepared)}`;
}

function rendered({ definition, chart, values }: PreparedRelease): string {
  const { releaseName: name, namespace, settings } = definition;
  try {
    const output = renderChart({
      chart,
      values,
      release: { name, namespace, revision: 1, isInstall: true, isUpgrade: false },
      capabilities: offlineCapabilities,
      compat: 'helm4',
      patches: settings.patches,
      sources: { now: () => new Date(0), randomBytes: (count) => new Uint8Array(count) },
    });
    return formatTemplateOutput(output, { compat: 'helm4' });
  } catch (error) {
    return `does not render: ${error instanceof Error ? error.message : error}\n`;
  }
}

/** What of one differs from the other, field by field. */
function different(settings: object, builtIn: object): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const other = (builtIn as Record<string, unknown>)[name];
    if (JSON.stringify(value) === JSON.stringify(other)) continue;
    const isMap = typeof value === 'object' && !Array.isArray(value) && typeof other === 'object' && other !== null;
    found[name] = isMap ? different(value as object, other) : value;
  }
  return found;
}

const withoutPlaces = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value, (key, one) => (key === 'place' ? undefined : one))) as Value;
