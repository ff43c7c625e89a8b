/** Every field of an Argo CD ApplicationSet, and what becomes of it here. A refused one keeps the whole set waiting. */
import type { ForeignField } from '../../foreign-field.ts';

const of = (prefix: string, rows: readonly ForeignField[]): ForeignField[] =>
  rows.map((row) => ({ ...row, field: `${prefix}.${row.field}` }));

const template = (how: string): ForeignField => ({ field: 'template', verdict: 'honoured', how, whole: true });
const override = template("over the set's template, where it says something");
const unused = template('not looked at within another generator, as in Argo CD');
const selectorRows = (prefix: string, how: string): ForeignField[] => [
  { field: `${prefix}selector.matchLabels.NAME`, verdict: 'honoured', how },
  { field: `${prefix}selector.matchExpressions[].key`, verdict: 'honoured', how },
  { field: `${prefix}selector.matchExpressions[].operator`, verdict: 'honoured', how },
  { field: `${prefix}selector.matchExpressions[].values[]`, verdict: 'honoured', how },
];
const requeue: ForeignField = {
  field: 'requeueAfterSeconds',
  verdict: 'different',
  how: 'every repository is asked once a poll',
};

const leafRows = (inner: ForeignField): ForeignField[] => [
  {
    field: 'list.elements[]',
    verdict: 'honoured',
    how: 'as Argo CD reads them: without goTemplate texts',
    whole: true,
  },
  { field: 'list.elementsYaml', verdict: 'honoured', how: 'a list of maps, behind the elements' },
  ...of('list', [inner]),
  ...selectorRows('clusters.', 'of clusters[].labels of the configuration'),
  { field: 'clusters.values.NAME', verdict: 'honoured', how: 'parameters of their own' },
  { field: 'clusters.flatList', verdict: 'honoured', how: 'one application of all clusters' },
  ...of('clusters', [inner]),
  {
    field: 'git.repoURL',
    verdict: 'honoured',
    how: 'the own repository at the commit that is read; another one is followed beside it',
  },
  { field: 'git.revision', verdict: 'honoured', how: 'branch, tag, commit, or a range of tags; HEAD' },
  {
    field: 'git.directories[].path',
    verdict: 'honoured',
    how: "Go's path.Match; names that begin with a dot are passed over",
  },
  { field: 'git.directories[].exclude', verdict: 'honoured', how: 'it wins' },
  {
    field: 'git.files[].path',
    verdict: 'honoured',
    how: "as git ls-files: * also stands for a /; the stricter globs of Argo CD's --enable-new-git-file-globbing are not read",
  },
  { field: 'git.files[].exclude', verdict: 'honoured', how: 'it wins' },
  { field: 'git.pathParamPrefix', verdict: 'honoured', how: 'before path' },
  { field: 'git.values.NAME', verdict: 'honoured', how: 'parameters of their own' },
  ...of('git', [requeue, inner]),
  ...['pullRequest', 'scmProvider', 'clusterDecisionResource', 'plugin'].map(
    (field): ForeignField => ({
      field,
      verdict: 'refused',
      how: 'the generators list, clusters, git, matrix and merge are read',
      whole: true,
    }),
  ),
  ...selectorRows('', 'of the parameters, nested ones with dots between'),
];

const mergeKeys: ForeignField = { field: 'mergeKeys[]', verdict: 'honoured', how: 'all of them agree' };
const innerLeaf = leafRows(unused);
const nestedRows: ForeignField[] = [
  ...innerLeaf,
  ...of('matrix.generators[]', innerLeaf),
  ...of('merge.generators[]', innerLeaf),
  ...of('merge', [mergeKeys]),
];

/** Those within others are not listed again. */
export const generatorFields: readonly ForeignField[] = [
  ...leafRows(override),
  {
    field: 'matrix.generators[]',
    verdict: 'honoured',
    how: 'two, the second one filled with what the first one found',
  },
  ...of('matrix', [override]),
  {
    field: 'merge.generators[]',
    verdict: 'honoured',
    how: 'two or more, in the order of the first one, where Argo CD has none',
  },
  ...of('merge', [mergeKeys, override]),
];

export const setFields: readonly ForeignField[] = [
  { field: 'apiVersion', verdict: 'honoured', how: 'argoproj.io/v1alpha1' },
  { field: 'kind', verdict: 'honoured', how: 'ApplicationSet' },
  { field: 'metadata', verdict: 'honoured', how: "its namespace is that of its applications' objects", whole: true },
  { field: 'spec.goTemplate', verdict: 'honoured', how: 'false: {{name}} is replaced, and stays where it is unknown' },
  { field: 'spec.goTemplateOptions[]', verdict: 'honoured', how: 'missingkey=error, =zero, =default, =invalid' },
  ...of('spec.generators[]', generatorFields),
  ...of('spec.generators[].matrix.generators[]', nestedRows),
  ...of('spec.generators[].merge.generators[]', nestedRows),
  {
    field: 'spec.template',
    verdict: 'honoured',
    how: 'every text in it is a template; what comes of it is read as an Application',
    whole: true,
  },
  {
    field: 'spec.templatePatch',
    verdict: 'honoured',
    how: 'merged over the application; lists but finalizers are replaced; the project stays',
  },
  {
    field: 'spec.syncPolicy.applicationsSync',
    verdict: 'different',
    how: 'create-only and create-update: onRemove is keep; a change of the set is always deployed',
    told: true,
    except: ['sync', 'create-update'],
  },
  {
    field: 'spec.syncPolicy.preserveResourcesOnDeletion',
    verdict: 'honoured',
    how: 'true: onRemove is keep, unless the template has a finalizer',
  },
  {
    field: 'spec.strategy.type',
    verdict: 'different',
    how: 'RollingSync: the applications of a step are deployed when those of the step before are healthy; who is in no step is not deployed by itself',
  },
  {
    field: 'spec.strategy.rollingSync.steps[].matchExpressions[].key',
    verdict: 'honoured',
    how: "the template's labels",
  },
  { field: 'spec.strategy.rollingSync.steps[].matchExpressions[].operator', verdict: 'honoured', how: 'In, NotIn' },
  { field: 'spec.strategy.rollingSync.steps[].matchExpressions[].values[]', verdict: 'honoured', how: 'one of them' },
  {
    field: 'spec.strategy.rollingSync.steps[].maxUpdate',
    verdict: 'different',
    how: 'all applications of a step are deployed at once',
    told: true,
    except: ['100%'],
  },
  {
    field: 'spec.strategy.deletionOrder',
    verdict: 'different',
    how: 'what is removed is removed at once',
    told: true,
    except: ['', 'AllAtOnce'],
  },
  {
    field: 'spec.preservedFields',
    verdict: 'different',
    how: 'there are no objects of the applications that anybody could have edited',
    whole: true,
  },
  {
    field: 'spec.ignoreApplicationDifferences',
    verdict: 'different',
    how: 'there are no objects of the applications that anybody could have edited',
    whole: true,
  },
  { field: 'spec.applyNestedSelectors', verdict: 'honoured', how: 'always so, as in Argo CD' },
  { field: 'status', verdict: 'different', how: 'what Argo CD adds as it runs is not looked at', whole: true },
];
