/** Every field of Flux's sources, and what becomes of it here. A refused one keeps back the releases that use the source. */
import type { ForeignField } from '../foreign-field.ts';
import { chartFields, objectFields } from './release-fields.table.ts';

const honoured = (field: string, how: string): ForeignField => ({ field, verdict: 'honoured', how });
const different = (field: string, how: string, more: Partial<ForeignField> = {}): ForeignField => ({
  field,
  verdict: 'different',
  how,
  whole: true,
  ...more,
});
const refused = (field: string, how: string, more: Partial<ForeignField> = {}): ForeignField => ({
  field,
  verdict: 'refused',
  how,
  whole: true,
  ...more,
});
const told = { told: true } as const;
const unless = (...values: unknown[]): Partial<ForeignField> => ({ told: true, except: values });

const all = (kind: string): ForeignField[] => [
  ...objectFields('source.toolkit.fluxcd.io/v1, v1beta2', kind),
  honoured('metadata.name', 'who uses it names it'),
  honoured('metadata.namespace', 'who uses it names it'),
  different('metadata.annotations', 'not looked at'),
  different('spec.interval', 'what may move is asked for at each poll of the repository'),
  different('spec.timeout', 'the time limits are the same for all'),
  different('spec.suspend', 'what uses it is deployed all the same: suspend that', unless(false)),
];

const credentials = [
  different('spec.secretRef', 'credentials come from the configuration, by the beginning of the URL', told),
  different('spec.certSecretRef', 'credentials come from the configuration, by the beginning of the URL', told),
  different('spec.proxySecretRef', 'proxies come from the environment', told),
  different('spec.provider', 'credentials come from the configuration, by the beginning of the URL', unless('generic')),
  different('spec.serviceAccountName', 'credentials come from the configuration, by the beginning of the URL', told),
];

/** Its source lies in its own namespace, and it has an interval like any source. */
const ofChart = chartFields
  .filter(({ field }) => field !== 'sourceRef.namespace' && field !== 'interval')
  .map((row) => ({ ...row, field: `spec.${row.field}` }));

export const sourceTables: Readonly<Record<string, readonly ForeignField[]>> = {
  HelmRepository: [
    ...all('HelmRepository'),
    honoured('spec.url', 'https://… or oci://…'),
    honoured('spec.type', 'default, oci'),
    ...credentials.filter(({ field }) => !/proxy|serviceAccount/.test(field)),
    different(
      'spec.passCredentials',
      'credentials go by the beginning of a URL: give the other host its own in the configuration',
      unless(false),
    ),
    different('spec.insecure', 'plainHttp in the configuration, under credentials', unless(false)),
    different('spec.accessFrom', 'Flux does not look at it either'),
  ],
  OCIRepository: [
    ...all('OCIRepository'),
    honoured('spec.url', 'oci://…'),
    honoured('spec.ref.digest', 'goes before semver, this before tag'),
    honoured('spec.ref.semver', 'a range of versions'),
    honoured('spec.ref.tag', 'left out: latest'),
    refused('spec.ref.semverFilter', 'tags are not filtered'),
    refused('spec.layerSelector.mediaType', "a chart's own layer alone is taken", {
      except: ['application/vnd.cncf.helm.chart.content.v1.tar+gzip'],
    }),
    different('spec.layerSelector.operation', "a chart's layer is taken as it is"),
    ...credentials,
    refused('spec.verify', 'keys lie in the cluster: give a chart of ours chart.verify'),
    different('spec.ignore', 'a chart is taken whole'),
    different('spec.insecure', 'plainHttp in the configuration, under credentials', unless(false)),
  ],
  GitRepository: [
    ...all('GitRepository'),
    honoured('spec.url', 'https://… or ssh://…; that of this repository is not fetched again'),
    honoured('spec.ref.branch', 'left out with all else: HEAD, where Flux takes master'),
    honoured('spec.ref.tag', 'goes before branch'),
    honoured('spec.ref.semver', 'a range of tags; goes before tag'),
    honoured('spec.ref.name', 'refs/heads/…, refs/tags/…; goes before semver'),
    honoured('spec.ref.commit', 'goes before all'),
    ...credentials.filter(({ field }) => field !== 'spec.certSecretRef'),
    refused('spec.verify', 'keys lie in the cluster; of this repository itself verify in the configuration holds'),
    different('spec.ignore', 'what a chart leaves out its .helmignore says'),
    refused('spec.recurseSubmodules', 'submodules are not fetched', { except: [false] }),
    refused('spec.include', 'repositories are not put together'),
    different('spec.sparseCheckout', 'all is fetched'),
  ],
  HelmChart: [...all('HelmChart'), ...ofChart],
};
