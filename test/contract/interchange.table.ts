/** Charts that show what Helm stores of a chart, and how. */
import type { JsonObject } from '../../src/foundation/manifest/object.ts';
import type { Files } from './interchange-scene.ts';

export interface RecordCase {
  readonly name: string;
  readonly files: Files;
  readonly values?: JsonObject;
  readonly upgrade?: { readonly files?: Files; readonly values?: JsonObject };
}

const v2 = (more = '') => `apiVersion: v2\nname: shop\nversion: 1.0.0\n${more}`;
const cm = (name: string, data = 'a: "1"') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-${name}\ndata: {${data}}\n`;
const sub = (name: string, values = 'x: 1\n', more = '') => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`,
  [`charts/${name}/values.yaml`]: values,
  [`charts/${name}/templates/cm.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n  v: {{ .Values | toJson | quote }}\n`,
});
const dependencies = (...lines: string[]) => `dependencies:\n${lines.map((line) => `- {${line}}\n`).join('')}`;
const dep = (name: string, more = '') => `name: ${name}, version: ">=0", repository: ""${more}`;

export const recordCases: readonly RecordCase[] = [
  {
    name: 'a chart with one template',
    files: { 'Chart.yaml': v2(), 'values.yaml': 'a: 1\n', 'templates/a.yaml': cm('a') },
  },
  { name: 'no values.yaml', files: { 'Chart.yaml': v2(), 'templates/a.yaml': cm('a') } },
  { name: 'an empty values.yaml', files: { 'Chart.yaml': v2(), 'values.yaml': '', 'templates/a.yaml': cm('a') } },
  {
    name: 'a values.yaml with comments alone',
    files: { 'Chart.yaml': v2(), 'values.yaml': '# none\n', 'templates/a.yaml': cm('a') },
  },
  {
    name: 'numbers, nulls and odd keys',
    files: {
      'Chart.yaml': v2(),
      'values.yaml':
        'big: 12345678901234567890\ni: 9007199254740993\nf: 1.5e-9\ng: 1e21\noctal: 0755\n10: ten\nn: null\ny: yes\nempty: {}\nlist: []\nnested: {n: null, z: 1, a: [1, null, {n: null}]}\n"a<b>&c": "é😀"\ndate: 2020-01-01\n',
      'templates/a.yaml': cm('a', 'v: {{ .Values | toJson | quote }}'),
    },
    values: { nested: { z: null, q: 1 }, own: [1, { b: null }] },
    upgrade: { values: { f: 2.5 } },
  },
  {
    name: 'no template at all',
    files: { 'Chart.yaml': v2(), 'values.yaml': 'a: 1\n' },
  },
  {
    name: 'all of Chart.yaml',
    files: {
      'Chart.yaml': v2(
        'appVersion: 1.10\ndescription: "a <b>"\nhome: https://x.y\nicon: https://x.y/i.png\nkeywords: [b, a]\nsources: [s]\nmaintainers: [{name: n, email: e@x.y}, {name: m, url: u}]\nannotations: {"10": x, "9": "y", z: "1"}\nkubeVersion: ">=1.20.0-0"\ntype: application\ndeprecated: true\ncondition: c\ntags: t\nunknown: {a: 1}\n',
      ),
      'values.yaml': 'a: 1\n',
      'templates/a.yaml': cm('a'),
    },
  },
  {
    name: 'a dependency by its name',
    files: {
      'Chart.yaml': v2(dependencies(dep('db'))),
      'values.yaml': 'a: 1\ndb: {own: 1}\nglobal: {g: 1}\n',
      ...sub('db', 'x: 1\nglobal: {h: 2}\n'),
      'templates/a.yaml': cm('a', 'v: {{ .Values | toJson | quote }}'),
    },
    values: { db: { x: 5 }, global: { u: 1 } },
    upgrade: { values: { db: { x: null } } },
  },
  {
    name: 'an alias, and one dependency twice',
    files: {
      'Chart.yaml': v2(dependencies(dep('db', ', alias: store'), dep('db'))),
      'values.yaml': 'store: {x: 7}\n',
      ...sub('db'),
      'templates/a.yaml': cm('a'),
    },
  },
  {
    name: 'a condition that is off, a tag that is off',
    files: {
      'Chart.yaml': v2(
        dependencies(
          dep('db', ', condition: db.enabled'),
          dep('cache', ', tags: [back]'),
          dep('web', ', tags: [front]'),
        ),
      ),
      'values.yaml': 'db: {enabled: false}\ntags: {back: false, front: true}\n',
      ...sub('db'),
      ...sub('cache'),
      ...sub('web'),
      'templates/a.yaml': cm('a'),
    },
    upgrade: { values: { db: { enabled: true } } },
  },
  {
    name: 'every dependency off',
    files: {
      'Chart.yaml': v2(dependencies(dep('db', ', condition: db.enabled'))),
      'values.yaml': 'db: {enabled: false}\n',
      ...sub('db'),
      'templates/a.yaml': cm('a'),
    },
  },
  {
    name: 'import-values of both kinds, and one that finds nothing',
    files: {
      'Chart.yaml': v2(
        dependencies(dep('db', ', import-values: [pub, {child: deep.a, parent: imported}, {child: none, parent: z}]')),
      ),
      'values.yaml': 'own: 1\nimported: {mine: 1}\n',
      ...sub('db', 'exports: {pub: {fromdb: 1, own: 2}}\ndeep: {a: {b: 1, mine: 2}}\n'),
      'templates/a.yaml': cm('a', 'v: {{ .Values | toJson | quote }}'),
    },
  },
  {
    name: 'subcharts that Chart.yaml does not name, and one below another',
    files: {
      'Chart.yaml': v2(),
      'values.yaml': 'a: 1\n',
      ...sub('db', 'x: 1\n', dependencies(dep('inner'))),
      ...Object.fromEntries(
        Object.entries(sub('inner', 'deep: 1\n')).map(([name, text]) => [`charts/db/${name}`, text]),
      ),
      'templates/a.yaml': cm('a'),
    },
  },
  {
    name: 'dependencies of dependencies',
    files: {
      'Chart.yaml': v2(dependencies(dep('db'))),
      'values.yaml': 'db: {inner: {deep: 2}}\nglobal: {g: {a: 1}}\n',
      ...sub('db', 'x: 1\n', dependencies(dep('inner', ', import-values: [{child: deep, parent: up}]'))),
      ...Object.fromEntries(
        Object.entries(sub('inner', 'deep: {z: 1}\n')).map(([name, text]) => [`charts/db/${name}`, text]),
      ),
      'templates/a.yaml': cm('a', 'v: {{ .Values | toJson | quote }}'),
    },
  },
  {
    name: 'a lock',
    files: {
      'Chart.yaml': v2('dependencies:\n- {name: db, version: 1.x, repository: "https://charts.example.com"}\n'),
      'Chart.lock':
        'dependencies:\n- name: db\n  repository: https://charts.example.com\n  version: 1.0.0\ndigest: sha256:abc\ngenerated: "2020-01-01T00:00:00.5+02:00"\n',
      'values.yaml': 'a: 1\n',
      ...sub('db'),
      'templates/a.yaml': cm('a'),
    },
  },
  {
    name: 'version v1 with requirements',
    files: {
      'Chart.yaml': 'apiVersion: v1\nname: shop\nversion: 1.0.0\n',
      'requirements.yaml': dependencies(dep('db', ', alias: store')),
      'requirements.lock':
        'dependencies:\n- name: db\n  repository: ""\n  version: 1.0.0\ndigest: sha256:abc\ngenerated: "2020-01-01T00:00:00Z"\n',
      'values.yaml': 'a: 1\n',
      ...sub('db'),
      'templates/a.yaml': cm('a'),
    },
  },
  {
    name: 'files of all sorts, ignored ones, a schema, partials and nested templates',
    files: {
      'Chart.yaml': v2(),
      'values.yaml': 'a: 1\n',
      'values.schema.json': '{"type":"object"}',
      'README.md': 'hi\n',
      'empty.txt': '',
      'bin.dat': Buffer.from([0, 255, 1, 128, 254]),
      '.helmignore': '*.skip\n',
      'a.skip': 'x',
      'dir/b.txt': 'b',
      'templates/_helpers.tpl': '{{ define "n" }}x{{ end }}',
      'templates/z.yaml': cm('z'),
      'templates/sub/a.yaml': cm('suba', 'b: {{ .Files.Get "bin.dat" | b64enc | quote }}'),
      'templates/a.yaml': cm('a'),
      'templates/empty.yaml': '',
      'templates/tests/t.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-t\n  annotations: {helm.sh/hook: test}\n`,
      'templates/NOTES.txt': 'thanks <you> {{ .Release.Name }} {{ .Release.Revision }} {{ .Release.Namespace }}\n',
    },
    upgrade: { values: { a: 2 } },
  },
  {
    name: 'hooks of all events with weights and policies',
    files: {
      'Chart.yaml': v2(),
      'values.yaml': 'a: 1\n',
      'templates/NOTES.txt': '',
      'templates/hooks.yaml': [
        'pre-install,pre-upgrade',
        'post-install',
        'post-upgrade',
        'pre-rollback',
        'post-delete',
        'test',
        'test-success',
        'pre-install,nonsense',
      ]
        .map(
          (events, index) =>
            `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-h${index}\n  annotations:\n    "helm.sh/hook": ${events}\n    "helm.sh/hook-weight": "${3 - index}"\n${['', '    "helm.sh/hook-delete-policy": hook-succeeded, before-hook-creation\n', '    "helm.sh/hook-output-log-policy": hook-failed,hook-succeeded\n'][index % 3]}`,
        )
        .join('---\n'),
      'templates/job.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-job\n  annotations: {helm.sh/hook: "pre-install,post-upgrade", helm.sh/hook-delete-policy: hook-succeeded}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: a, image: "x:1"}]\n',
      'templates/a.yaml': cm('a'),
    },
    upgrade: { values: { a: 2 } },
  },
  {
    name: 'a CRD in crds/ and an object of it',
    files: {
      'Chart.yaml': v2(),
      'values.yaml': 'a: 1\n',
      'crds/w.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.ic.example.com}\nspec:\n  group: ic.example.com\n  scope: Namespaced\n  names: {kind: Widget, plural: widgets}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]\n',
      'templates/w.yaml':
        'apiVersion: ic.example.com/v1\nkind: Widget\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {a: 1}\n',
    },
  },
  {
    name: 'the order of kinds',
    files: {
      'Chart.yaml': v2(),
      'values.yaml': 'a: 1\n',
      'templates/a.yaml': `${cm('z')}---\n# a comment\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: "{{ .Release.Name }}-s"}\nstringData: {a: b}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {ports: [{port: 80}]}\n---\n${cm('b')}`,
      'templates/sa.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: "{{ .Release.Name }}"}\n',
    },
    upgrade: { values: { a: 3 } },
  },
];
