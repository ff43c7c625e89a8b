/** Manifests as public charts write them. Each step is an install or upgrade; what follows from it is Helm's to say. */

export interface ObjectCase {
  readonly name: string;
  /** The one template of each revision. `{{ .Release.Namespace }}-x` is there too. */
  readonly steps: readonly string[];
  /** Where DESIGN.md decides otherwise than Helm, or where Helm says it in other words: what is different. */
  readonly differs?: 'outcome' | 'objects' | 'record';
  readonly why?: string;
}

const cm = (name: string, data: string, metadata = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${metadata}data: ${data}\n`;
const workload = (pod: string, spec = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 0\n${spec}  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: "web:1"}]\n${pod}`;
const scaler = (version: string, more: string) =>
  `apiVersion: autoscaling/${version}\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec:\n  maxReplicas: 2\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}\n${more}`;

export const objectCases: readonly ObjectCase[] = [
  {
    name: 'a generated name',
    steps: ['apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: gen-}\ndata: {a: "1"}\n'],
  },
  {
    name: 'a name and a generated name',
    steps: ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: both, generateName: gen-}\ndata: {a: "1"}\n'],
  },
  { name: 'no name at all', steps: ['apiVersion: v1\nkind: ConfigMap\nmetadata: {}\ndata: {a: "1"}\n'] },
  { name: 'no metadata', steps: ['apiVersion: v1\nkind: ConfigMap\ndata: {a: "1"}\n'] },
  {
    name: 'a List of any kinds',
    steps: [
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {a: "1"}}\n- {apiVersion: v1, kind: Secret, metadata: {name: two}, stringData: {a: "1"}}\n',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {a: "2"}}\n',
    ],
  },
  {
    name: 'a list of one kind',
    steps: [
      'apiVersion: v1\nkind: ConfigMapList\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {a: "1"}}\n- {metadata: {name: two}, data: {b: "1"}}\n',
    ],
  },
  { name: 'an empty List', steps: [`apiVersion: v1\nkind: List\nitems: []\n---\n${cm('a', '{a: "1"}')}`] },
  {
    name: 'duplicate keys at the top',
    steps: ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "1", b: "1"}\ndata: {a: "2"}\n'],
  },
  {
    name: 'duplicate keys within',
    steps: [
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {x: "1"}\n  labels: {y: "2"}\ndata:\n  k: "1"\n  k: "2"\n',
      cm('a', '{k: "3"}'),
    ],
  },
  {
    name: 'octal numbers',
    steps: [
      workload(
        '      volumes:\n      - {name: a, configMap: {name: c, defaultMode: 0755}}\n      - {name: b, secret: {secretName: c, defaultMode: 0o644}}\n      - {name: c, configMap: {name: c, defaultMode: 420}}\n',
      ),
    ],
  },
  {
    name: 'numbers in other spellings',
    steps: [
      workload('      terminationGracePeriodSeconds: 1_0\n', '  revisionHistoryLimit: 0x4\n  minReadySeconds: 1e1\n'),
    ],
  },
  { name: 'a boolean where text is wanted', steps: [cm('a', '{a: yes}')] },
  { name: 'a number where text is wanted', steps: [cm('a', '{a: 1}')] },
  { name: 'text where a number is wanted', steps: [workload('', '  minReadySeconds: "1"\n')] },
  { name: 'annotations that are no text', steps: [cm('a', '{a: "1"}', '  annotations: {a: true}\n')] },
  {
    name: 'annotations and labels that are null',
    steps: [cm('a', '{a: "1"}', '  annotations:\n  labels:\n'), cm('a', '{a: "1"}', '  annotations: {x: null}\n')],
  },
  {
    name: 'data that is null, and values that are',
    steps: [cm('a', '') + cm('b', '{a: null}').replace(/^/, '---\n'), cm('a', '{a: "1"}')],
  },
  {
    name: 'creationTimestamp: null and a status',
    steps: [
      `${workload('').replace('metadata: {name: web}', 'metadata: {name: web, creationTimestamp: null}')}status: {}\n`,
    ],
  },
  { name: 'a field that the kind does not have', steps: [workload('', '  nonsense: 1\n')] },
  { name: 'a document without kind', steps: ['apiVersion: v1\nmetadata: {name: a}\ndata: {a: "1"}\n'] },
  { name: 'a document without apiVersion', steps: ['kind: ConfigMap\nmetadata: {name: a}\ndata: {a: "1"}\n'] },
  { name: 'a kind that is not served', steps: ['apiVersion: example.com/v1\nkind: Nonsense\nmetadata: {name: a}\n'] },
  {
    name: 'an apiVersion that is not served',
    steps: ['apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a}\n'],
  },
  {
    name: 'empty and comment-only documents',
    steps: [`---\n---\n# only a comment\n---\n${cm('a', '{a: "1"}')}---\n\n---\n# end\n`, '# nothing left\n---\n'],
  },
  { name: 'documents that are null', steps: [`${cm('a', '{a: "1"}')}---\nnull\n---\n~\n`] },
  { name: 'a document that is a list', steps: [`${cm('a', '{a: "1"}')}---\n- a\n`] },
  {
    name: 'another namespace',
    steps: [
      cm('a', '{a: "1"}', '  namespace: {{ .Release.Namespace }}-x\n'),
      cm('a', '{a: "2"}', '  namespace: {{ .Release.Namespace }}-x\n'),
    ],
  },
  { name: 'a namespace that is not there', steps: [cm('a', '{a: "1"}', '  namespace: nonsense-of-nobody\n')] },
  { name: 'a namespace that is empty', steps: [cm('a', '{a: "1"}', '  namespace: ""\n')] },
  {
    name: 'a namespace for what has none',
    steps: [
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "ic-{{ .Release.Namespace }}", namespace: {{ .Release.Namespace }}-x}\nrules: []\n',
    ],
  },
  {
    name: 'a move to another namespace and back',
    steps: [cm('a', '{a: "1"}'), cm('a', '{a: "1"}', '  namespace: {{ .Release.Namespace }}-x\n'), cm('a', '{a: "1"}')],
  },
  {
    name: 'a move to another version',
    differs: 'objects',
    why: 'the same object asked for through another version is not written: its managedFields keep the version they have',
    steps: [scaler('v1', ''), scaler('v2', '  minReplicas: 1\n'), scaler('v1', '  minReplicas: 1\n')],
  },
  {
    name: 'a move to another kind',
    steps: [
      cm('a', '{a: "1"}'),
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: "1"}\n',
      cm('a', '{a: "2"}'),
    ],
  },
  {
    // Helm writes both side by side when it installs: which one stays is chance.
    name: 'one object twice',
    steps: [
      cm('a', '{a: "0"}'),
      `${cm('a', '{a: "1"}')}---\n${cm('a', '{a: "2", b: "2"}')}`,
      `${cm('a', '{a: "1"}')}---\n${cm('a', '{a: "3"}')}`,
    ],
  },
  {
    name: 'what is kept by its policy',
    steps: [
      cm('a', '{a: "1"}', '  annotations: {helm.sh/resource-policy: keep}\n'),
      cm('b', '{}'),
      cm('a', '{a: "2"}'),
    ],
  },
  {
    name: 'anchors, merges, tags and folded text',
    steps: [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: &m\n  name: a\n  labels: &l {x: "1"}\ndata:\n  a: !!str 1\n  b: >-\n    folded\n    text\n  c: |+\n    kept\n\n  d: "\\u00e9\\n"\n  <<: {e: merged}\n',
    ],
  },
  {
    name: 'binary data and text data of a Secret',
    differs: 'record',
    why: 'the failed first revision stays failed, where Helm supersedes it',
    steps: [
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: Opaque\ndata: {b: !!binary aGk=, c: "aGk="}\nstringData: {c: over}\n',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: Opaque\nstringData: {c: again}\n',
    ],
  },
  {
    name: 'ports of one number and two protocols',
    steps: [
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  clusterIP: None\n  selector: {a: b}\n  ports: [{name: u, port: 53, protocol: UDP}, {name: t, port: 53}]\n',
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  clusterIP: None\n  selector: {a: b}\n  ports: [{name: t, port: 53}]\n',
    ],
  },
  {
    name: 'one port twice',
    steps: [
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  clusterIP: None\n  ports: [{name: u, port: 53}, {name: t, port: 53}]\n',
    ],
  },
  {
    name: 'an environment variable twice',
    steps: [
      workload('').replace('image: "web:1"', 'image: "web:1", env: [{name: A, value: "1"}, {name: A, value: "2"}]'),
    ],
  },
  { name: 'a field that cannot change', steps: [workload(''), workload('').replaceAll('{app: web}', '{app: other}')] },
  { name: 'a value that the server refuses', steps: [cm('Upper_Case', '{a: "1"}')] },
];
