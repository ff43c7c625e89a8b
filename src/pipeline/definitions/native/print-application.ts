/** Takes a release, returns the document of an Application that comes to it. Throws a user's error for what has no equivalent. */
import type { Place } from '../../../foundation/base/errors.ts';
import type { ReleaseDefinition } from '../release-definition.ts';
import { literal, unlike } from './literal.ts';
import type { NativeNames } from './native-names.ts';
import { printSettings } from './print-settings.ts';
import { printValues } from './print-values.ts';

export interface PrintedApplication {
  readonly document: object;
  /** What stands where `inline: "@N@"` does. */
  readonly texts: readonly string[];
}

export interface Printing {
  readonly names: NativeNames;
  readonly isPlain: boolean;
  readonly inlineText: (source: ReleaseDefinition['values'][number]) => string | undefined;
}

export function printApplication(definition: ReleaseDefinition, printing: Printing): PrintedApplication {
  const { names } = printing;
  const { app, namespace, storageNamespace, releaseName, project, serviceAccount, origin } = definition;
  if (serviceAccount !== undefined)
    throw unlike('the ServiceAccount on whose behalf it is deployed is for a Project to say', origin.place);
  const name = names.application(app);
  const { values, texts } = printValues(definition, printing.inlineText);
  const environment = names.environment(definition);
  const spec = {
    ...(project === undefined ? {} : { project: literal(project.name, origin.place) }),
    chart: chartOf(definition.chart, printing.isPlain),
    ...(releaseName === name ? {} : { releaseName }),
    ...(namespace === name && names.environments.size === 0 ? {} : { namespace }),
    ...(storageNamespace === undefined || storageNamespace === namespace ? {} : { storageNamespace }),
    ...(values.length === 0 ? {} : { values }),
    ...printSettings(definition.settings, { names, app, place: origin.place }),
    ...(names.environments.size === 0 ? {} : { environments: { [environment]: {} } }),
  };
  return { document: { apiVersion: 'helm-gitops.io/v1', kind: 'Application', metadata: { name }, spec }, texts };
}

function chartOf(chart: ReleaseDefinition['chart'], isPlain: boolean): object {
  const { place, plain } = chart;
  const manifests = isPlain
    ? {
        manifests: {
          ...(plain?.recurse ? { recurse: true } : {}),
          ...(plain?.include ? { include: plain.include } : {}),
          ...(plain?.exclude ? { exclude: plain.exclude } : {}),
        },
      }
    : {};
  const lock = chart.lock === 'update' && !isPlain ? { lock: 'update' } : {};
  if (chart.type === 'path') return { path: literal(chart.path || '.', place), ...manifests, ...lock };
  const verify = 'keyring' in chart && chart.keyring !== undefined ? { keyring: chart.keyring } : {};
  const cosign = chart.type === 'oci' && chart.cosignKey !== undefined ? { cosignKey: chart.cosignKey } : {};
  const verified = Object.keys({ ...verify, ...cosign }).length === 0 ? {} : { verify: { ...verify, ...cosign } };
  if (chart.type === 'repository') {
    const { repository, name, version } = chart;
    return { ...literals({ repository, name, version }, place), ...verified, ...lock };
  }
  if (chart.type === 'oci')
    return { ...literals({ oci: chart.reference, version: chart.version }, place), ...verified, ...lock };
  const { url: git, revision = '', path } = chart;
  return { ...literals({ git, revision, path }, place), ...manifests, ...lock };
}

/** Those that say something. */
function literals(fields: Readonly<Record<string, string>>, place: Place): Record<string, string> {
  const given = Object.entries(fields).filter(([, text]) => text !== '');
  return Object.fromEntries(given.map(([name, text]) => [name, literal(text, place)]));
}
