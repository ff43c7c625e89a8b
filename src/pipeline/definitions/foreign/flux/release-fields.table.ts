/** Every field of a HelmRelease, and what becomes of it here: docs/compatibility.md is checked against it. */
import type { ForeignField } from '../foreign-field.ts';

const of = (prefix: string, rows: readonly ForeignField[]): ForeignField[] =>
  rows.map((row) => ({ ...row, field: `${prefix}.${row.field}` }));

const honoured = (field: string, how: string): ForeignField => ({ field, verdict: 'honoured', how });
const different = (field: string, how: string, more: Partial<ForeignField> = {}): ForeignField => ({
  field,
  verdict: 'different',
  how,
  ...more,
});
const refused = (field: string, how: string, more: Partial<ForeignField> = {}): ForeignField => ({
  field,
  verdict: 'refused',
  how,
  ...more,
});
const told = { told: true } as const;
const unlessFalse = { told: true, except: [false] } as const;

/** What Kubernetes and Flux add to an object. */
export const objectFields = (apiVersions: string, kind: string): ForeignField[] => [
  honoured('apiVersion', apiVersions),
  honoured('kind', kind),
  different('metadata.labels.NAME', 'select nothing here'),
  ...['creationTimestamp', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion', 'uid', 'selfLink'].map(
    (name) => different(`metadata.${name}`, 'what a cluster adds is not looked at', { whole: true }),
  ),
  different('metadata.finalizers', 'what a cluster adds is not looked at', { whole: true }),
  different('status', 'what Flux adds as it runs is not looked at', { whole: true }),
];

/** Of `spec.chart.spec` and of a HelmChart. */
export const chartFields: readonly ForeignField[] = [
  honoured('chart', "a chart's name, or its folder in a GitRepository"),
  honoured('version', 'a version or a range of them; of a GitRepository not looked at'),
  honoured('sourceRef.kind', 'HelmRepository or GitRepository; a Bucket is refused'),
  honoured('sourceRef.name', 'the source is looked for among what the repository applies'),
  honoured('sourceRef.namespace', 'of a HelmRelease alone; left out: its own'),
  honoured('sourceRef.apiVersion', 'source.toolkit.fluxcd.io of any version'),
  different('interval', 'what may move is asked for at each poll of the repository'),
  different('reconcileStrategy', 'what changes the release deploys it'),
  different(
    'valuesFiles[]',
    "values.yaml must be the first: the others are values files over it, within the chart or from the GitRepository's root",
  ),
  different('valuesFile', 'of v2beta2: the first of the valuesFiles'),
  honoured('ignoreMissingValuesFiles', 'a file that is not there is no error'),
  refused('verify', 'keys lie in the cluster: give a chart of ours chart.verify', { whole: true }),
];

const remediationFields: readonly ForeignField[] = [
  different('retries', 'not counted: a failed deploy is tried again when its inputs change'),
  different('ignoreTestFailures', 'a failed test is a failed deploy', unlessFalse),
];

const actionFields: readonly ForeignField[] = [
  different('disableWait', 'readiness is always waited for', unlessFalse),
  different('disableWaitForJobs', 'Jobs are waited for as workloads are', unlessFalse),
  refused('disableHooks', 'hooks always run', { except: [false] }),
];

const deployFields: readonly ForeignField[] = [
  different('timeout', "the release's timeout; where install and upgrade differ, that of upgrade"),
  ...of('remediation', remediationFields),
  ...actionFields,
  different('disableTakeOwnership', 'an object of another release is never taken over', { except: [true, false] }),
  different('disableOpenAPIValidation', 'the server always validates', unlessFalse),
  refused('disableSchemaValidation', 'values are always held to values.schema.json', { except: [false] }),
];

const targetFields: readonly ForeignField[] = [
  honoured('group', ''),
  different('version', 'versions of one kind are not told apart'),
  honoured('kind', ''),
  honoured('name', 'a name; .* stands for any text, other expressions are refused'),
  different('namespace', 'objects of one name in several namespaces are not told apart'),
  honoured('labelSelector', 'a=b,c!=d; other expressions are refused'),
  refused('annotationSelector', 'objects are not selected by annotations'),
].map((row) => ({ ...row, how: row.how || 'as it is rendered' }));

export const releaseFields: readonly ForeignField[] = [
  ...objectFields('helm.toolkit.fluxcd.io/v2, v2beta2', 'HelmRelease'),
  honoured('metadata.name', 'with the namespace the name of the application'),
  honoured('metadata.namespace', 'that of the object; default: default'),
  different('metadata.annotations.NAME', 'see the annotations below'),
  different('spec.chart.metadata', 'there is no HelmChart object', { whole: true }),
  ...of('spec.chart.spec', chartFields),
  honoured('spec.chartRef.kind', 'OCIRepository or HelmChart; an ExternalArtifact is refused'),
  honoured('spec.chartRef.name', 'the source is looked for among what the repository applies'),
  honoured('spec.chartRef.namespace', 'left out: its own'),
  honoured('spec.chartRef.apiVersion', 'source.toolkit.fluxcd.io of any version'),
  honoured('spec.interval', 'sync.interval'),
  honoured('spec.timeout', 'timeout'),
  honoured('spec.suspend', 'sync.suspend'),
  honoured('spec.releaseName', 'left out: [targetNamespace-]name, shortened with a hash beyond 53 characters'),
  honoured('spec.targetNamespace', "the release's namespace; left out: that of the object"),
  honoured('spec.storageNamespace', "where Helm's records lie; left out: the namespace of the object"),
  honoured('spec.serviceAccountName', 'impersonated, as a Project has it; that of a Project of ours goes first'),
  honoured('spec.kubeConfig.secretRef.name', 'NAMESPACE/NAME must be an alias of a configured cluster'),
  different('spec.kubeConfig.secretRef.key', 'the cluster is configured here'),
  honoured('spec.kubeConfig.configMapRef.name', 'NAMESPACE/NAME must be an alias of a configured cluster'),
  different('spec.persistentClient', 'there is one client for each cluster'),
  different('spec.maxHistory', 'every release keeps 10 revisions in the records of Helm', { told: true, except: [10] }),
  honoured('spec.dependsOn[].name', 'dependsOn'),
  honoured('spec.dependsOn[].namespace', 'left out: its own'),
  different(
    'spec.dependsOn[].readyExpr',
    'asked of both HelmReleases as git has them, with a status of generation, Ready, Released and history; it takes the place of health',
  ),
  different('spec.driftDetection.mode', 'enabled: drift.policy correct; warn, disabled and nothing: report'),
  honoured('spec.driftDetection.ignore[].paths[]', 'drift.ignore'),
  honoured('spec.driftDetection.ignore[].target.kind', 'drift.ignore'),
  honoured(
    'spec.driftDetection.ignore[].target.name',
    'drift.ignore: a name; with another expression drift is reported',
  ),
  ...['group', 'version', 'namespace'].map((name) =>
    different(`spec.driftDetection.ignore[].target.${name}`, 'not told apart'),
  ),
  ...['labelSelector', 'annotationSelector'].map((name) =>
    different(`spec.driftDetection.ignore[].target.${name}`, 'not honoured: with it drift is only reported', told),
  ),
  different(
    'spec.install.strategy.name',
    'RetryOnFailure: what failed is tried again, a failed upgrade too, unless that is rolled back; RemediateOnFailure: see remediation',
  ),
  different(
    'spec.install.strategy.retryInterval',
    'rollback.retryAfter; default 5m; where both give one, that of upgrade',
  ),
  ...of('spec.install', deployFields),
  honoured('spec.install.remediation.remediateLastFailure', 'true: rollback.firstInstall uninstall, else leave'),
  different('spec.install.replace', 'a release that was uninstalled is installed anew'),
  honoured('spec.install.skipCRDs', 'crds: skip'),
  different('spec.install.crds', 'crds; where install and upgrade differ, that of upgrade'),
  honoured('spec.install.createNamespace', 'the namespace is made where it is missing'),
  different('spec.install.serverSideApply', 'objects are always applied by the server', { told: true, except: [true] }),
  honoured(
    'spec.upgrade.strategy.name',
    'RetryOnFailure: no rollback, tried again; RemediateOnFailure: see remediation',
  ),
  honoured('spec.upgrade.strategy.retryInterval', 'rollback.retryAfter; default 5m'),
  ...of('spec.upgrade', deployFields),
  honoured(
    'spec.upgrade.remediation.remediateLastFailure',
    'true: a failed upgrade is rolled back also without retries',
  ),
  different('spec.upgrade.remediation.strategy', 'rollback; where it says uninstall, what failed is rolled back too', {
    told: true,
    except: ['rollback'],
  }),
  different('spec.upgrade.force', 'objects are applied, not replaced', unlessFalse),
  refused('spec.upgrade.preserveValues', 'values are what git says', { except: [false] }),
  different('spec.upgrade.cleanupOnFail', 'what a failed upgrade made goes with the rollback'),
  honoured('spec.upgrade.crds', 'Skip, Create, CreateReplace: crds'),
  different('spec.upgrade.serverSideApply', 'objects are always applied by the server', {
    told: true,
    except: ['enabled', 'auto'],
  }),
  different('spec.upgrade.chartNameChangeStrategy', 'a release goes on with another chart, and is not installed anew'),
  honoured('spec.test.enable', 'tests'),
  different('spec.test.timeout', "the release's timeout"),
  different('spec.test.ignoreFailures', 'a failed test is a failed deploy', unlessFalse),
  different('spec.test.filters', 'all test hooks run', { told: true, whole: true }),
  different('spec.rollback.timeout', "the release's timeout"),
  ...of('spec.rollback', actionFields),
  different('spec.rollback.recreate', 'Flux does nothing for it either'),
  different('spec.rollback.force', 'objects are applied, not replaced', unlessFalse),
  different('spec.rollback.cleanupOnFail', 'nothing is deleted after a failed rollback'),
  different('spec.rollback.serverSideApply', 'objects are always applied by the server'),
  different('spec.uninstall.timeout', "the release's timeout"),
  refused('spec.uninstall.disableHooks', 'hooks always run', { except: [false] }),
  different('spec.uninstall.keepHistory', 'the records go with the release', unlessFalse),
  different('spec.uninstall.disableWait', 'it is waited until the objects are gone', unlessFalse),
  different('spec.uninstall.deletionPropagation', 'objects are deleted in the background', {
    told: true,
    except: ['background'],
  }),
  honoured(
    'spec.valuesFrom[].kind',
    'ConfigMap or Secret: of the repository where it lies there in clear, else of the cluster',
  ),
  honoured('spec.valuesFrom[].name', "in the HelmRelease's namespace"),
  honoured('spec.valuesFrom[].valuesKey', 'default: values.yaml'),
  different('spec.valuesFrom[].targetPath', "helm's --set, over everything else, in the order of the list"),
  honoured('spec.valuesFrom[].optional', 'no error when it does not exist'),
  honoured('spec.valuesFrom[].literal', 'with targetPath: text as it is'),
  { ...honoured('spec.values', 'over valuesFrom'), whole: true },
  honoured('spec.commonMetadata.labels.NAME', 'on every object'),
  honoured('spec.commonMetadata.annotations.NAME', 'on every object'),
  honoured('spec.postRenderers[].kustomize.patches[].patch', 'patches: strategic merge or JSON 6902'),
  ...of('spec.postRenderers[].kustomize.patches[].target', targetFields),
  ...['name', 'newName', 'newTag', 'digest'].map((name) =>
    refused(`spec.postRenderers[].kustomize.images[].${name}`, 'give the image by values or by a patch'),
  ),
  ...['patchesStrategicMerge', 'patchesJson6902'].map((name) =>
    refused(`spec.postRenderers[].kustomize.${name}`, 'gone from Flux too: patches take its place', { whole: true }),
  ),
  different('spec.postRenderStrategy', 'hooks are patched as all else', told),
  different('spec.waitStrategy', 'there is one way to wait', { whole: true }),
  different('spec.healthCheckExprs', 'not asked: readiness is told by kind and conditions', {
    told: true,
    whole: true,
  }),
];

/** By name. */
export const releaseAnnotations: readonly ForeignField[] = [
  honoured('kustomize.toolkit.fluxcd.io/prune: disabled', 'onRemove: keep'),
  honoured('kustomize.toolkit.fluxcd.io/reconcile: disabled', 'mode: observe'),
  honoured('kustomize.toolkit.fluxcd.io/substitute: disabled', 'variables are left as they stand'),
  different('kustomize.toolkit.fluxcd.io/ssa', 'there is no object of Flux to apply'),
  different('reconcile.fluxcd.io/requestedAt', 'a request to Flux'),
  different('reconcile.fluxcd.io/forceAt', 'a request to Flux'),
  different('reconcile.fluxcd.io/resetAt', 'a request to Flux'),
];
