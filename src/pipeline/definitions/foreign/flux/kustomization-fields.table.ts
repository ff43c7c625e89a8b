/** Every field of Flux's Kustomization and of Kustomize's kustomization.yaml, and what becomes of it here. */
import type { ForeignField } from '../foreign-field.ts';
import { objectFields } from './release-fields.table.ts';

const honoured = (field: string, how: string): ForeignField => ({ field, verdict: 'honoured', how });
const whole = (field: string, how: string): ForeignField => ({ field, verdict: 'honoured', how, whole: true });
const different = (field: string, how: string, more: Partial<ForeignField> = {}): ForeignField => ({
  field,
  verdict: 'different',
  how,
  whole: true,
  ...more,
});
const refused = (field: string, how: string): ForeignField => ({ field, verdict: 'refused', how, whole: true });
const told = { told: true } as const;

/** A refused one keeps back the releases that it applies. */
export const kustomizationFields: readonly ForeignField[] = [
  ...objectFields('kustomize.toolkit.fluxcd.io/v1, v1beta2', 'Kustomization'),
  whole('metadata.name', 'dependsOn of others names it'),
  whole('metadata.namespace', 'dependsOn of others names it'),
  different('metadata.annotations', 'not looked at'),
  honoured('spec.sourceRef.kind', 'GitRepository of this repository, or an ExternalArtifact made from it'),
  whole('spec.sourceRef.name', 'flux-system is the repository itself; another is told by its URL'),
  whole('spec.sourceRef.namespace', 'left out: its own'),
  whole('spec.sourceRef.apiVersion', 'any version'),
  whole('spec.path', 'followed as far as it leads to HelmReleases'),
  whole('spec.prune', 'false: onRemove keep'),
  different('spec.deletionPolicy', 'onRemove follows prune alone', told),
  whole('spec.suspend', 'true: sync.suspend of all that it applies'),
  whole('spec.targetNamespace', 'the namespace of all that it applies, in place of that of its kustomization.yaml'),
  whole('spec.namePrefix', 'before the names of all that it applies, in place of that of its kustomization.yaml'),
  whole('spec.nameSuffix', 'behind the names of all that it applies, in place of that of its kustomization.yaml'),
  whole('spec.patches', 'strategic merge and JSON 6902, of HelmReleases, sources, ConfigMaps and Secrets'),
  whole('spec.components', 'as in kustomization.yaml'),
  whole('spec.ignoreMissingComponents', 'a component that is not there is no error'),
  different('spec.images', 'no workload is deployed from plain manifests'),
  different('spec.commonMetadata', 'it marks objects of Flux'),
  whole('spec.postBuild.substitute', 'variables in all that it applies'),
  different(
    'spec.postBuild.substituteFrom',
    'of ConfigMaps and Secrets that the repository applies in clear; what uses a variable of another one waits',
    { whole: true },
  ),
  whole('spec.postBuild.substituteStrategy', 'WithVariables, Always'),
  different('spec.wait', 'true: who depends on it waits for its releases'),
  different('spec.healthChecks', 'as wait, where they name a HelmRelease'),
  different('spec.healthCheckExprs', 'readiness is told by kind and conditions'),
  whole('spec.dependsOn', 'its releases wait for those of the others, where these are waited for'),
  different('spec.decryption', 'what is encrypted is looked for in the cluster'),
  whole('spec.kubeConfig.secretRef.name', 'NAMESPACE/NAME must be an alias of a configured cluster'),
  different('spec.kubeConfig.secretRef.key', 'the cluster is configured here'),
  whole('spec.kubeConfig.configMapRef.name', 'NAMESPACE/NAME must be an alias of a configured cluster'),
  different('spec.serviceAccountName', 'it applies nothing here'),
  different('spec.interval', "a release's own holds"),
  different('spec.retryInterval', "a release's own holds"),
  different('spec.timeout', "a release's own holds"),
  different('spec.force', 'it applies nothing here'),
  different('spec.buildMetadata', 'not looked at'),
  different('spec.ignore', 'it applies nothing here'),
];

/** Of kustomization.yaml. */
export const kustomizeFields: readonly ForeignField[] = [
  honoured('apiVersion', 'kustomize.config.k8s.io/v1beta1, v1alpha1'),
  honoured('kind', 'Kustomization, Component'),
  different('metadata', 'not looked at'),
  whole('resources', 'files and folders of the repository; what is fetched by its URL is named and left out'),
  whole('bases', 'as resources'),
  whole('components', 'of the repository'),
  whole('namespace', 'of every object that has one'),
  whole('namePrefix', 'before the names'),
  whole('nameSuffix', 'behind the names'),
  whole('patches', 'strategic merge and JSON 6902; lists are replaced, as of every kind without a schema'),
  whole('patchesStrategicMerge', 'as patches'),
  whole('patchesJson6902', 'as patches'),
  whole('configMapGenerator', 'files, literals, envs, behavior'),
  whole('secretGenerator', 'files, literals, envs, behavior'),
  whole('generatorOptions', 'disableNameSuffixHash'),
  different('configurations', 'nameReference of ConfigMaps and Secrets', { whole: true }),
  different('labels', 'select nothing here'),
  different('commonLabels', 'select nothing here'),
  different('commonAnnotations', 'not looked at'),
  different('images', 'no workload is deployed from plain manifests'),
  different('replicas', 'no workload is deployed from plain manifests'),
  different('helmCharts', 'no chart is rendered so: give it a HelmRelease', told),
  different('helmChartInflationGenerator', 'no chart is rendered so: give it a HelmRelease', told),
  different('helmGlobals', 'no chart is rendered so'),
  different('buildMetadata', 'not looked at'),
  different('sortOptions', 'objects of Flux have no order'),
  different('openapi', 'patches of kinds without a schema replace lists', told),
  different('crds', 'patches of kinds without a schema replace lists', told),
  different('validators', 'no program is run', told),
  refused('generators', 'no program is run'),
  refused('transformers', 'no program is run'),
  refused('replacements', 'values are not copied from object to object'),
  refused('vars', 'gone from Kustomize too'),
];
