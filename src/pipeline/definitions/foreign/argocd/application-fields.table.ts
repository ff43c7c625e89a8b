/** Every field of an Argo CD Application, and what becomes of it here: docs/compatibility.md is checked against it. */
import type { ForeignField } from '../foreign-field.ts';

const of = (prefix: string, rows: readonly ForeignField[]): ForeignField[] =>
  rows.map((row) => ({ ...row, field: `${prefix}.${row.field}` }));

/** Of `spec.source` and of each of `spec.sources`. */
export const sourceFields: readonly ForeignField[] = [
  {
    field: 'repoURL',
    verdict: 'honoured',
    how: 'a git repository, a chart repository, or a registry; that of the definition itself is not fetched again',
  },
  {
    field: 'path',
    verdict: 'honoured',
    how: 'the folder of a chart, or of plain manifests; one made for Kustomize is refused',
  },
  { field: 'chart', verdict: 'honoured', how: "a chart repository's; of a registry where repoURL has no scheme" },
  {
    field: 'targetRevision',
    verdict: 'honoured',
    how: 'branch, tag, commit or a range of tags of git; a version or a range of them of charts; a tag or a digest of a registry',
  },
  { field: 'ref', verdict: 'honoured', how: 'value files of other sources begin with it: $ref/path' },
  { field: 'name', verdict: 'honoured', how: 'a label for people' },
  { field: 'tagPrefix', verdict: 'refused', how: 'ranges of tags with a prefix are not read', except: [''] },
  {
    field: 'helm.releaseName',
    verdict: 'honoured',
    how: 'the name of the Helm release; without it the name of the application',
  },
  {
    field: 'helm.valueFiles[]',
    verdict: 'different',
    how: 'as in Argo CD: relative to the chart, / is the root of its repository, $ref/ that of another source, globs by name; a URL is refused',
  },
  {
    field: 'helm.ignoreMissingValueFiles',
    verdict: 'honoured',
    how: 'a file or a glob that finds nothing is no error',
  },
  { field: 'helm.values', verdict: 'honoured', how: 'over the value files; left out where there is a valuesObject' },
  { field: 'helm.valuesObject', verdict: 'honoured', how: 'over the value files', whole: true },
  { field: 'helm.parameters[].name', verdict: 'honoured', how: "helm's --set" },
  {
    field: 'helm.parameters[].value',
    verdict: 'honoured',
    how: 'with the names of the build environment; in the order of the list, where Argo CD has none',
  },
  { field: 'helm.parameters[].forceString', verdict: 'honoured', how: "helm's --set-string, after all --set" },
  { field: 'helm.fileParameters[].name', verdict: 'honoured', how: "helm's --set-file" },
  { field: 'helm.fileParameters[].path', verdict: 'honoured', how: 'named as value files are' },
  {
    field: 'helm.passCredentials',
    verdict: 'different',
    how: 'credentials go by the beginning of a URL: give the other host its own in the configuration',
    told: true,
    except: [false],
  },
  {
    field: 'helm.skipCrds',
    verdict: 'honoured',
    how: 'crds: skip; without it CRDs are created and replaced, as Argo CD does',
  },
  { field: 'helm.skipTests', verdict: 'honoured', how: 'test hooks are no part of a deploy' },
  {
    field: 'helm.skipSchemaValidation',
    verdict: 'refused',
    how: 'values are always held to values.schema.json',
    except: [false],
  },
  {
    field: 'helm.namespace',
    verdict: 'different',
    how: "the release's namespace; one other than the destination's is refused, for a Helm release lies in one namespace",
  },
  {
    field: 'helm.kubeVersion',
    verdict: 'different',
    how: "charts are rendered for the cluster's own version, or that of helm.kubeVersion in the configuration",
    told: true,
    except: [''],
  },
  {
    field: 'helm.apiVersions[]',
    verdict: 'different',
    how: 'charts are rendered for the APIs that the cluster serves',
    told: true,
  },
  {
    field: 'helm.version',
    verdict: 'honoured',
    how: 'v3 or nothing; Argo CD looks no further either',
    except: ['', 'v3'],
  },
  { field: 'directory.recurse', verdict: 'honoured', how: 'folders below count too' },
  { field: 'directory.include', verdict: 'honoured', how: 'a glob of paths within the folder' },
  { field: 'directory.exclude', verdict: 'honoured', how: 'a glob of paths within the folder; it wins' },
  { field: 'directory.jsonnet', verdict: 'refused', how: 'jsonnet is not run', whole: true, except: [{}] },
  {
    field: 'directory.disableExtensionFilter',
    verdict: 'refused',
    how: 'manifests are files that end in .yaml, .yml or .json',
    except: [false],
  },
  { field: 'kustomize', verdict: 'refused', how: 'Kustomize is not run', whole: true },
  { field: 'plugin', verdict: 'refused', how: 'config management plugins are not run', whole: true },
];

const syncPolicyFields: readonly ForeignField[] = [
  { field: 'automated', verdict: 'honoured', how: 'sync.automatic; left out: false' },
  { field: 'automated.enabled', verdict: 'honoured', how: 'false: sync.automatic is false' },
  { field: 'automated.prune', verdict: 'honoured', how: 'sync.prune' },
  { field: 'automated.selfHeal', verdict: 'honoured', how: 'drift.policy: correct; else report' },
  {
    field: 'automated.allowEmpty',
    verdict: 'different',
    how: 'a release whose render has become empty waits for confirm',
    told: true,
    except: [false],
  },
  { field: 'syncOptions[]', verdict: 'honoured', how: 'see the options below' },
  {
    field: 'retry.limit',
    verdict: 'honoured',
    how: 'sync.retry.limit; after it once an interval, where Argo CD gives up',
  },
  { field: 'retry.refresh', verdict: 'different', how: 'a newer commit always takes the place of a failed one' },
  { field: 'retry.backoff.duration', verdict: 'honoured', how: 'sync.retry.initial' },
  {
    field: 'retry.backoff.factor',
    verdict: 'different',
    how: 'the wait doubles each time',
    told: true,
    except: [2],
  },
  { field: 'retry.backoff.maxDuration', verdict: 'honoured', how: 'sync.retry.max' },
  {
    field: 'managedNamespaceMetadata.labels.NAME',
    verdict: 'honoured',
    how: 'on the namespace, where CreateNamespace=true makes it',
  },
  {
    field: 'managedNamespaceMetadata.annotations.NAME',
    verdict: 'honoured',
    how: 'on the namespace, where CreateNamespace=true makes it',
  },
];

const ignoreFields: readonly ForeignField[] = [
  { field: 'group', verdict: 'different', how: 'kinds of one name in several groups are not told apart' },
  { field: 'kind', verdict: 'honoured', how: 'drift.ignore' },
  { field: 'name', verdict: 'honoured', how: 'drift.ignore' },
  { field: 'namespace', verdict: 'different', how: 'objects of one name in several namespaces are not told apart' },
  { field: 'jsonPointers[]', verdict: 'honoured', how: 'drift.ignore' },
  {
    field: 'jqPathExpressions[]',
    verdict: 'different',
    how: 'a plain path such as .spec.replicas is honoured; with any other the application only reports drift',
  },
  {
    field: 'managedFieldsManagers[]',
    verdict: 'different',
    how: 'not honoured: with it the application only reports drift',
    told: true,
  },
];

export const applicationFields: readonly ForeignField[] = [
  { field: 'apiVersion', verdict: 'honoured', how: 'argoproj.io/v1alpha1' },
  { field: 'kind', verdict: 'honoured', how: 'Application' },
  { field: 'metadata.name', verdict: 'honoured', how: 'the name of the application' },
  {
    field: 'metadata.namespace',
    verdict: 'honoured',
    how: "where Argo CD's own object is looked for; default: argocd",
  },
  { field: 'metadata.labels.NAME', verdict: 'different', how: 'select nothing here' },
  { field: 'metadata.annotations.NAME', verdict: 'honoured', how: 'see the annotations below' },
  {
    field: 'metadata.finalizers[]',
    verdict: 'honoured',
    how: 'with resources-finalizer.argocd.argoproj.io onRemove is uninstall, without it keep',
  },
  ...['creationTimestamp', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion', 'uid', 'selfLink'].map(
    (name): ForeignField => ({
      field: `metadata.${name}`,
      verdict: 'different',
      how: 'what a cluster adds is not looked at',
      whole: true,
    }),
  ),
  {
    field: 'spec.project',
    verdict: 'honoured',
    how: 'the AppProject or Project of that name; "" and default limit nothing where there is none',
  },
  {
    field: 'spec.destination.server',
    verdict: 'honoured',
    how: 'an alias of a configured cluster; https://kubernetes.default.svc is in-cluster',
  },
  {
    field: 'spec.destination.name',
    verdict: 'honoured',
    how: 'a configured cluster or an alias of one; in-cluster is the only one where there is one',
  },
  { field: 'spec.destination.namespace', verdict: 'honoured', how: "the release's namespace; left out: default" },
  ...of('spec.source', sourceFields),
  ...of('spec.sources[]', sourceFields),
  { field: 'spec.sourceHydrator', verdict: 'refused', how: 'manifests are not written into git', whole: true },
  ...of('spec.syncPolicy', syncPolicyFields),
  ...of('spec.ignoreDifferences[]', ignoreFields),
  { field: 'spec.info', verdict: 'different', how: 'shown nowhere', whole: true, told: true },
  {
    field: 'spec.revisionHistoryLimit',
    verdict: 'different',
    how: 'every release keeps 10 revisions in the records of Helm',
    told: true,
    except: [10],
  },
  { field: 'operation', verdict: 'different', how: 'what Argo CD adds as it runs is not looked at', whole: true },
  { field: 'status', verdict: 'different', how: 'what Argo CD adds as it runs is not looked at', whole: true },
];

/** What stands in `syncPolicy.syncOptions`; a value after `=` only where one is named. */
export const syncOptions: readonly ForeignField[] = [
  { field: 'CreateNamespace=true', verdict: 'honoured', how: 'the namespace is made where it is missing' },
  { field: 'CreateNamespace=false', verdict: 'honoured', how: 'the namespace must be there' },
  { field: 'Prune=false', verdict: 'honoured', how: 'sync.prune: false' },
  { field: 'Delete=false', verdict: 'honoured', how: 'onRemove: keep' },
  { field: 'Prune=confirm', verdict: 'different', how: 'nothing is pruned', told: true },
  { field: 'Delete=confirm', verdict: 'honoured', how: 'onRemove: confirm' },
  { field: 'PruneLast=true', verdict: 'honoured', how: 'what is gone from a release is always deleted last' },
  { field: 'ServerSideApply=true', verdict: 'honoured', how: 'objects are always applied by the server' },
  { field: 'ApplyOutOfSyncOnly=true', verdict: 'honoured', how: 'objects that are as they should be are not written' },
  {
    field: 'SkipDryRunOnMissingResource=true',
    verdict: 'honoured',
    how: 'kinds whose CRD comes with the release are not tried before',
  },
  { field: 'FailOnSharedResource=true', verdict: 'honoured', how: 'an object of another release is never taken' },
  {
    field: 'RespectIgnoreDifferences=true',
    verdict: 'honoured',
    how: 'ignored fields keep their live value when drift is corrected',
  },
  { field: 'PrunePropagationPolicy=background', verdict: 'honoured', how: 'objects are deleted so' },
  { field: 'PrunePropagationPolicy=foreground', verdict: 'different', how: 'objects are deleted in the background' },
  {
    field: 'PrunePropagationPolicy=orphan',
    verdict: 'different',
    how: 'objects are deleted in the background',
    told: true,
  },
  { field: 'ServerSideApply=false', verdict: 'different', how: 'objects are always applied by the server' },
  { field: 'ClientSideApplyMigration=false', verdict: 'different', how: "nothing of kubectl's is migrated" },
  { field: 'Validate=false', verdict: 'different', how: 'the server always validates', told: true },
  { field: 'Replace=true', verdict: 'different', how: 'objects are applied, not replaced', told: true },
  { field: 'Force=true', verdict: 'different', how: 'objects are never deleted to be made again', told: true },
];

/** By name, `*` at the end for any rest. */
export const annotations: readonly ForeignField[] = [
  { field: 'argocd.argoproj.io/sync-wave', verdict: 'honoured', how: 'sync.wave' },
  { field: 'argocd.argoproj.io/skip-reconcile', verdict: 'honoured', how: 'true: sync.suspend' },
  {
    field: 'argocd.argoproj.io/manifest-generate-paths',
    verdict: 'different',
    how: 'not needed: what a release is made from is known',
  },
  { field: 'argocd.argoproj.io/refresh', verdict: 'different', how: 'a request to Argo CD' },
  { field: 'argocd.argoproj.io/hydrate', verdict: 'different', how: 'a request to Argo CD' },
  { field: 'argocd.argoproj.io/tracking-id', verdict: 'different', how: "Argo CD's own" },
  { field: 'argocd.argoproj.io/compare-options', verdict: 'different', how: 'drift is found in one way', told: true },
  {
    field: 'argocd.argoproj.io/sync-options',
    verdict: 'different',
    how: 'of an application itself not looked at',
    told: true,
  },
  { field: 'link.argocd.argoproj.io/*', verdict: 'different', how: 'shown nowhere' },
  {
    field: 'notifications.argoproj.io/*',
    verdict: 'different',
    how: 'nobody is notified: see notifications in the configuration',
    told: true,
  },
  { field: 'argocd-image-updater.argoproj.io/*', verdict: 'different', how: 'no image is looked for', told: true },
  { field: 'argocd.argoproj.io/*', verdict: 'different', how: 'not looked at', told: true },
];
