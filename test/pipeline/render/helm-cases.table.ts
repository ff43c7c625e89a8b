/** Small charts about one rule each, for which the real helms say what is right. */
import { chartYaml } from '../../support/make-chart.ts';

export interface HelmCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** A file given with -f. */
  readonly values?: string;
  readonly set?: readonly string[];
}

const show = 'v: |\n  {{ .Values | toJson }}\n';
const dependency = (name: string, more = ''): string =>
  `  - name: ${name}\n    version: "*"\n    repository: ""\n${more}`;
const sub = (name: string, files: Record<string, string>): Record<string, string> => {
  const entries = Object.entries({ 'Chart.yaml': chartYaml(name), ...files });
  return Object.fromEntries(entries.map(([file, text]) => [`charts/${name}/${file}`, text]));
};

const nullDefaults = {
  'templates/x.yaml': show,
  'values.yaml':
    'a: null\nb: {c: null, d: 1}\nl: [null, 1]\nsub: {x: null, y: {z: null}}\nglobal: {g: null, h: {i: null}}\n',
  ...sub('sub', { 'values.yaml': 'x: 1\ny: {z: 2, q: null}\n', 'templates/y.yaml': show }),
};

const aliased = (more = ''): string =>
  chartYaml(
    'shop',
    `dependencies:\n${dependency('db', `    alias: one\n${more}`)}${dependency('db', `    alias: two\n${more}`)}`,
  );

export const helmCases: readonly HelmCase[] = [
  { name: 'nulls in defaults', files: nullDefaults },
  {
    name: 'nulls given for keys that have a default, and for others',
    files: nullDefaults,
    values: 'b: {d: null, e: null}\nn: null\nm: {o: null}\n',
  },
  {
    name: 'nulls given for a subchart',
    files: nullDefaults,
    values: 'sub: {x: null, y: {z: null, w: null}, v: null}\n',
  },
  { name: 'a whole subchart given as null', files: nullDefaults, values: 'sub: null\n' },
  { name: 'a subchart given as text', files: nullDefaults, values: 'sub: text\n' },
  { name: 'a subchart given as a list', files: nullDefaults, values: 'sub: [1, x]\n' },
  {
    name: 'tables and scalars in place of one another',
    files: { 'templates/x.yaml': show, 'values.yaml': 'a: {b: 1}\nc: 1\nd: [1]\n' },
    values: 'a: 1\nc: {x: 2}\nd: {e: 1}\n',
  },
  {
    name: 'globals go down, the parent wins',
    files: {
      'templates/x.yaml': show,
      'values.yaml': 'global: {a: 1, t: {x: 1}, u: 5}\nsub: {global: {a: 2, b: 3, t: {x: 2, y: 3}, u: {v: 1}}}\n',
      ...sub('sub', { 'values.yaml': 'global: {c: 4, t: {z: 1}}\n', 'templates/y.yaml': show }),
    },
    set: ['global.a=null'],
  },
  {
    name: 'globals that are no table',
    files: {
      'templates/x.yaml': show,
      'values.yaml': 'global: text\nsub: {global: {a: 1}}\n',
      ...sub('sub', { 'templates/y.yaml': show }),
    },
  },
  {
    name: 'conditions and tags decide what takes part',
    files: {
      'Chart.yaml': chartYaml(
        'shop',
        `dependencies:\n${dependency('a', '    condition: none.x,a.enabled\n')}${dependency('b', '    tags: [t, u]\n')}${dependency('c', '    tags: [t]\n    condition: c.enabled\n')}${dependency('d', '    condition: d.enabled\n')}`,
      ),
      'values.yaml': 'tags: {t: false, u: true}\na: {enabled: false}\nc: {enabled: true}\nd: {enabled: "no"}\n',
      'templates/x.yaml':
        'deps: {{ .Chart.Dependencies | toJson }}\nsubs: {{ keys .Subcharts | sortAlpha | toJson }}\n',
      ...sub('a', { 'templates/y.yaml': 'a: 1\n' }),
      ...sub('b', { 'templates/y.yaml': 'b: 1\n' }),
      ...sub('c', { 'templates/y.yaml': 'c: 1\n' }),
      ...sub('d', { 'templates/y.yaml': 'd: 1\n' }),
    },
  },
  {
    name: 'one chart under two aliases',
    files: {
      'Chart.yaml': aliased(),
      'values.yaml': 'one: {x: 1}\n',
      'templates/x.yaml': show,
      ...sub('db', {
        'values.yaml': 'x: 0\n',
        'templates/y.yaml':
          'v: {{ .Values | toJson }}\nn: {{ .Chart.Name }} {{ .Template.Name }} {{ .Template.BasePath }}\n',
        'charts/deep/Chart.yaml': chartYaml('deep'),
        'charts/deep/templates/z.yaml': 'v: {{ .Values | toJson }} {{ .Template.Name }}\n',
      }),
    },
  },
  {
    name: 'one chart under two aliases, whose own dependency has an alias',
    files: {
      'Chart.yaml': aliased(),
      'templates/x.yaml': show,
      ...sub('db', {
        'Chart.yaml': chartYaml(
          'db',
          `dependencies:\n${dependency('deep', '    alias: low\n    condition: low.enabled\n')}`,
        ),
        'templates/y.yaml': 'v: {{ .Values | toJson }}\n',
        'charts/deep/Chart.yaml': chartYaml('deep'),
        'charts/deep/templates/z.yaml': 'v: {{ .Values | toJson }} {{ .Template.Name }}\n',
      }),
    },
    set: ['two.low.enabled=false'],
  },
  {
    name: 'values imported from dependencies',
    files: {
      'Chart.yaml': chartYaml(
        'shop',
        `dependencies:\n${dependency('db', '    import-values:\n      - data\n      - {child: inner.deep, parent: here.there}\n      - {child: none, parent: x}\n      - {child: inner}\n')}`,
      ),
      'values.yaml': 'port: 1\nhere: {there: {own: true, nil: null}}\n',
      'templates/x.yaml': `${show}c: {{ .Chart.Dependencies | toJson }}\n`,
      ...sub('db', {
        'values.yaml': 'exports: {data: {port: 2, host: db}}\ninner: {deep: {own: false, more: [1], nil: 5}}\n',
      }),
    },
  },
  {
    name: 'values imported under two aliases',
    files: {
      'Chart.yaml': aliased('    import-values: [data]\n'),
      'templates/x.yaml': show,
      ...sub('db', { 'values.yaml': 'exports: {data: {port: 2}}\n' }),
    },
    set: ['one.exports.data.port=7'],
  },
  {
    name: 'a dependency that does not fit its range, one without a version, one not listed',
    files: {
      'Chart.yaml': chartYaml(
        'shop',
        'dependencies:\n  - {name: a, version: ">=2", repository: ""}\n  - {name: b, repository: ""}\n',
      ),
      'templates/x.yaml': 'subs: {{ keys .Subcharts | sortAlpha | toJson }}\n',
      ...sub('a', { 'templates/y.yaml': 'a: 1\n' }),
      ...sub('b', { 'templates/y.yaml': 'b: 1\n' }),
      ...sub('c', { 'templates/y.yaml': 'c: 1\n' }),
    },
  },
  {
    name: 'a dependency that is missing',
    files: {
      'Chart.yaml': chartYaml('shop', `dependencies:\n${dependency('a')}${dependency('b')}`),
      'templates/x.yaml': 'a: 1\n',
    },
  },
  {
    name: 'later files see what earlier ones changed',
    files: {
      'templates/a.yaml': 'n: {{ .Values.n }} {{ .Values.sub.m }}\n',
      'templates/z.yaml': '{{ $_ := set .Values "n" 2 }}{{ $_ := set .Values.sub "m" 3 }}n: {{ .Values.n }}\n',
      'templates/deep/q.yaml': '{{ $_ := set .Values "n" 9 }}n: {{ .Values.n }}\n',
      'values.yaml': 'n: 1\nsub: {m: 1}\n',
      ...sub('sub', {
        'templates/y.yaml': '{{ $_ := set .Values "m" (add .Values.m 10) }}m: {{ .Values.m }}\n',
        'templates/_h.tpl': '',
      }),
    },
  },
  {
    name: 'definitions of one name',
    files: {
      'templates/_a.tpl': '{{ define "n" }}a{{ end }}',
      'templates/_b.tpl': '{{ define "n" }}b{{ end }}{{ define "m" }}b{{ end }}',
      'templates/deep/_c.tpl': '{{ define "n" }}c{{ end }}',
      'templates/x.yaml': 'n: {{ include "n" . }} {{ template "m" . }}\n',
      ...sub('sub', {
        'templates/_s.tpl': '{{ define "n" }}s{{ end }}{{ define "m" }}   {{/* nothing */}}{{ end }}',
        'templates/y.yaml': 'n: {{ include "n" . }}\n',
      }),
    },
  },
  {
    name: 'types of the top-level objects',
    files: {
      'templates/x.yaml': [
        'a: {{ printf "%T %T %T %T %T %T" .Chart .Values .Release .Files .Template .Subcharts | quote }}',
        'b: {{ typeOf .Values.sub }} {{ kindOf .Values }} {{ typeOf .Values.AsMap }} {{ typeOf .Subcharts.sub.Values }}',
        'c: {{ printf "%T %T %T %T" .Capabilities .Capabilities.KubeVersion .Capabilities.APIVersions .Capabilities.HelmVersion }}',
        'd: {{ .Capabilities.HelmVersion | toJson }}',
        'e: {{ .Capabilities.KubeVersion | toJson }} {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.String }} {{ .Capabilities.KubeVersion.GitVersion }}',
        'f: {{ .Chart | toYaml | nindent 2 }}',
        'g: {{ .Chart.Maintainers | toJson }} {{ .Chart.Annotations.x }} {{ (index .Chart.Maintainers 0).Name }} {{ .Chart.Type | quote }}',
        'h: {{ .Release | toJson }} {{ typeOf .Release.Revision }}',
        'i: {{ .Capabilities.APIVersions.Has "apps/v1" }} {{ has "v1" .Capabilities.APIVersions }} {{ len .Capabilities.APIVersions }}',
        'j: {{ .Values.sub.AsMap }} {{ .Values.YAML | quote }} {{ (.Values.Table "sub").x }} {{ .Values.PathValue "sub.x" }}',
        'k: {{ .Chart.IsRoot }} {{ .Subcharts.sub.Chart.IsRoot }} {{ .Chart.Sources | toJson }} {{ range .Chart.Keywords }}{{ . }}{{ end }}',
        'l: {{ range $k, $v := .Values }}{{ $k }}={{ $v }};{{ end }} {{ dig "sub" "x" "none" .Values.AsMap }} {{ .Values | toJson }}',
        'm: {{ merge (dict "z" 1) .Values | toJson }} {{ deepCopy .Values | toJson }} {{ keys .Values | sortAlpha | toJson }}',
        'n: {{ hasKey .Values "sub" }} {{ get .Values "top" }} {{ omit .Values "top" | toJson }} {{ eq (len .Values) 3 }}',
        '',
      ].join('\n'),
      'Chart.yaml': chartYaml(
        'shop',
        'maintainers: [{name: N, email: e@x}]\nannotations: {x: y}\nkeywords: [k]\nappVersion: 1.10\nkubeVersion: ">=1.20-0"\n',
      ),
      'values.yaml': 'top: 1\nsub: {x: 1}\nother: [1]\n',
      ...sub('sub', { 'templates/y.yaml': 't: {{ typeOf .Values }} {{ .Values.AsMap }}\n' }),
    },
  },
  { name: 'dig does not take .Values', files: { 'templates/x.yaml': 'a: {{ dig "a" "b" .Values }}\n' } },
  { name: 'a field that .Chart does not have', files: { 'templates/x.yaml': 'a: {{ .Chart.Nope }}\n' } },
  { name: 'a table that .Values does not have', files: { 'templates/x.yaml': 'a: {{ .Values.Table "x.y" }}\n' } },
  {
    name: 'files of the chart',
    files: {
      'a.txt': 'one\ntwo\n',
      'conf/b.json': '{"x": 1}',
      'conf/deep/c.bin': 'x\u0000y',
      'README.md': 'r',
      'templates/x.yaml': [
        'a: {{ .Files.Get "a.txt" | quote }} {{ .Files.Get "none" | quote }} {{ .Files.GetBytes "a.txt" | len }}',
        'b: {{ .Files.Lines "a.txt" | toJson }} {{ .Files.Lines "none" | toJson }}',
        'c: {{ (.Files.Glob "conf/*").AsConfig | nindent 2 }}',
        'd: {{ (.Files.Glob "conf/**").AsSecrets | nindent 2 }}',
        'e: {{ range $name, $data := .Files.Glob "*.txt" }}{{ $name }} {{ len $data }} {{ toString $data | quote }}{{ end }}',
        'f: {{ len .Files }} {{ typeOf (index .Files "a.txt") }} {{ .Files.Glob "[" | len }} {{ (.Files.Glob "none").AsConfig }}',
        'g: {{ keys (.Files.Glob "**") | sortAlpha | toJson }} {{ hasKey .Files "a.txt" }} {{ index .Files "a.txt" | toString | quote }}',
        '',
      ].join('\n'),
    },
  },
  {
    name: 'lines of an empty file',
    files: { 'e.txt': '', 'templates/x.yaml': 'a: {{ .Files.Lines "e.txt" | toJson }}\n' },
  },
  {
    name: 'tpl sees its own definitions and those around it',
    files: {
      'templates/_h.tpl': '{{ define "h" }}h{{ .Values.x }}{{ end }}',
      'templates/x.yaml':
        'a: {{ tpl "{{ define \\"q\\" }}q{{ end }}{{ include \\"q\\" . }}{{ include \\"h\\" . }}{{ .Values.none }}" . }}\nb: {{ tpl .Values.t . }} {{ tpl "{{ tpl .Values.t . }}" . }} {{ include "h" . | quote }}\n',
      'values.yaml': 'x: 1\nt: "{{ .Values.x }}{{ .Template.Name }}"\n',
    },
  },
  { name: 'tpl that does not parse', files: { 'templates/x.yaml': 'a: {{ tpl "{{ nope }}" . }}\n' } },
  { name: 'tpl that fails', files: { 'templates/x.yaml': '\n\na: {{ tpl "{{ index .Values.x 1 }}" . }}\n' } },
  {
    name: 'what tpl defines is not left behind',
    files: { 'templates/x.yaml': 'a: {{ tpl "{{ define \\"q\\" }}1{{ end }}" . }}{{ include "q" . }}\n' },
  },
  { name: 'required', files: { 'templates/x.yaml': 'a: {{ required "need x" .Values.x }}\n' } },
  {
    name: 'required in an included template',
    files: {
      'templates/_h.tpl': '{{ define "h" }}\n{{ required "need: x" .Values.x }}{{ end }}',
      'templates/x.yaml': 'a: {{ include "h" . }}\n',
    },
  },
  { name: 'fail with several lines', files: { 'templates/x.yaml': 'a: {{ fail "one\\ntwo" }}\n' } },
  {
    name: 'nil pointer three templates deep',
    files: {
      'templates/_h.tpl': '{{ define "h" }}{{ include "i" . }}{{ end }}{{ define "i" }}{{ .Values.a.b.c }}{{ end }}',
      'templates/x.yaml': '\na: {{ include "h" . | nindent 2 }}\n',
    },
  },
  {
    name: 'a function that fails',
    files: { 'templates/x.yaml': 'a: {{ index .Values.l 5 }}\n', 'values.yaml': 'l: [1]\n' },
  },
  { name: 'a wrong argument', files: { 'templates/x.yaml': 'a: {{ upper 5 }}\n' } },
  { name: 'an included template that there is not', files: { 'templates/x.yaml': 'a: {{ include "none" . }}\n' } },
  { name: 'a template that there is not', files: { 'templates/x.yaml': 'a: {{ template "none" . }}\n' } },
  { name: 'an unknown function', files: { 'templates/x.yaml': 'a: 1\nb: {{ nope }}\n' } },
  { name: 'an unclosed action', files: { 'templates/x.yaml': 'a: {{ .Values\n' } },
  { name: 'a file that is no YAML', files: { 'templates/x.yaml': 'a: b: c\n' } },
  { name: 'a document that is a list', files: { 'templates/x.yaml': '- a\n' } },
  {
    name: 'annotations of a wrong type',
    files: { 'templates/x.yaml': 'kind: X\nmetadata: {annotations: {a: [1]}}\n' },
  },
  {
    name: 'duplicate definitions in one file',
    files: { 'templates/_h.tpl': '{{ define "h" }}a{{ end }}{{ define "h" }}b{{ end }}', 'templates/x.yaml': 'a: 1\n' },
  },
  { name: 'nothing rendered', files: { 'templates/x.yaml': '{{ if .Values.none }}a: 1{{ end }}\n' } },
  { name: 'no templates at all', files: { 'values.yaml': '' } },
  {
    name: 'kinds, hooks, separators and blanks',
    files: {
      'templates/a.yaml':
        '\n\n---\n# only a comment\n---\n---\nkind: Deployment\nmetadata: {name: d}\n\n\n---   \nkind: Service\napiVersion: v1\n--- # tail\nkind: Zed\n---kind: Role\n',
      'templates/b.yaml':
        'kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: " Pre-Install , post-install", helm.sh/hook-weight: "-5"}\n---\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test-success}}\n---\nkind: Pod\nmetadata: {name: u, annotations: {helm.sh/hook: "pre-install,nope"}}\n',
      'templates/c.yaml':
        'kind: MutatingWebhookConfiguration\n---\nkind: Namespace\n---\nKind: ConfigMap\n---\na: |\n  x\n  ---\n  y\n---\nkind: Secret',
      'templates/NOTES.txt': 'notes {{ .Release.Name }}',
      'templates/sub/NOTES.txt': 'more: [',
      'templates/_x.yaml': 'kind: Ignored\n',
      'templates/.hidden.yaml': 'kind: Hidden\n',
    },
  },
  {
    name: 'no value stays out of finished files only',
    files: {
      'templates/_h.tpl': '{{ define "h" }}{{ .Values.none }}{{ end }}',
      'templates/x.yaml':
        'a: {{ .Values.none }} {{ include "h" . | quote }} "<no value>" {{ print nil }} {{ list nil }}\n',
    },
  },
  {
    name: 'a library chart',
    files: { 'Chart.yaml': chartYaml('shop', 'type: library\n'), 'templates/x.yaml': 'a: 1\n' },
  },
  {
    name: 'a library chart as dependency',
    files: {
      'templates/x.yaml': 'a: {{ include "lib" . }}\n',
      ...sub('lib', {
        'Chart.yaml': chartYaml('lib', 'type: library\n'),
        'templates/_l.tpl': '{{ define "lib" }}l{{ end }}',
        'templates/y.yaml': 'never: {{ nope }}\n',
      }),
    },
  },
  {
    name: 'another version of Kubernetes',
    files: { 'Chart.yaml': chartYaml('shop', 'kubeVersion: "<1.10"\n'), 'templates/x.yaml': 'a: 1\n' },
  },
  {
    name: 'a constraint that is none',
    files: { 'Chart.yaml': chartYaml('shop', 'kubeVersion: "nope"\n'), 'templates/x.yaml': 'a: 1\n' },
  },
  {
    name: 'ignored files',
    files: {
      '.helmignore': '# c\n*.bak\n/top.txt\nconf/\ntemplates/no*.yaml\n',
      'templates/x.yaml': 'f: {{ keys .Files | sortAlpha | toJson }}\n',
      'templates/no1.yaml': 'a: 1\n',
      'a.bak': '',
      'd/e.bak': '',
      'top.txt': '',
      'd/top.txt': '',
      'conf/x': '',
      'd/conf/y': '',
      conf2: '',
    },
  },
  {
    name: 'negated ignore rules',
    files: { '.helmignore': '!templates/x.yaml\n', 'templates/x.yaml': 'a: 1\n', 'templates/y.yaml': 'b: 1\n' },
  },
  { name: 'two stars in an ignore rule', files: { '.helmignore': 'a/**\n', 'templates/x.yaml': 'a: 1\n' } },
  {
    name: 'values of several documents',
    files: { 'values.yaml': 'a: 1\nb: {c: 1}\n---\nb: {d: 2}\n--- # x\na: 3', 'templates/x.yaml': show },
    values: 'e: 1\n---\nf: |\n  text',
  },
  { name: 'a values separator with content', files: { 'values.yaml': 'a: 1\n--- b\n', 'templates/x.yaml': show } },
  { name: 'values that are a list', files: { 'values.yaml': '- 1\n', 'templates/x.yaml': show } },
  { name: 'values that are no YAML', files: { 'templates/x.yaml': show }, values: 'a: [\n' },
  {
    name: 'Chart.yaml whose texts are numbers',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: shop\nversion: 1.10\nappVersion: 010\ndescription: yes\nNAME: other\nextra: 1\nicon: 1e3\n',
      'templates/x.yaml': 'c: {{ .Chart | toJson }}\n',
    },
  },
  { name: 'Chart.yaml without a name', files: { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' } },
  { name: 'Chart.yaml with a wrong version', files: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: one\n' } },
  {
    name: 'Chart.yaml with a list for a text',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: [shop]\nversion: 1.0.0\n' },
  },
  {
    name: 'Chart.yaml with a wrong dependency',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: a, tags: [1, {b: 2}]}]\n',
    },
  },
  {
    name: 'Chart.yaml with an empty dependency',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [null]\n' },
  },
  {
    name: 'Chart.yaml with an alias of its own kind',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: a, alias: "b c"}]\n' },
  },
  {
    name: 'Chart.yaml with a dependency twice',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: a}, {name: b, alias: a}]\n',
    },
  },
  { name: 'a broken subchart', files: { 'charts/sub/Chart.yaml': 'name: sub\n', 'templates/x.yaml': 'a: 1\n' } },
  {
    name: 'files in charts/ that are none',
    files: {
      'charts/README.md': 'x',
      'charts/_off/Chart.yaml': 'nope',
      'charts/.git/Chart.yaml': 'nope',
      'templates/x.yaml': 'f: {{ keys .Files | toJson }}\n',
    },
  },
  { name: 'an archive that is none', files: { 'charts/sub.tgz': 'x', 'templates/x.yaml': 'a: 1\n' } },
  {
    name: 'a v1 chart with requirements.yaml',
    files: {
      'Chart.yaml': 'name: shop\nversion: 1.0.0\n',
      'requirements.yaml': 'dependencies:\n  - {name: sub, version: "*", repository: "", alias: low}\n',
      'templates/x.yaml': 'f: {{ keys .Files | toJson }} {{ .Chart | toJson }}\n',
      ...sub('sub', { 'templates/y.yaml': 'n: {{ .Template.Name }}\n' }),
    },
  },
  {
    name: 'a v2 chart with requirements.yaml',
    files: {
      'requirements.yaml': 'dependencies:\n  - {name: sub, version: "*", repository: "", alias: low}\n',
      'templates/x.yaml': 'f: {{ keys .Files | toJson }}\n',
      ...sub('sub', { 'templates/y.yaml': 'n: {{ .Template.Name }}\n' }),
    },
  },
  {
    name: 'numbers from everywhere',
    files: {
      'values.yaml': 'i: 1000000\nf: 1.5\nb: 9007199254740993\no: 0777\ns: "1"\n',
      'templates/x.yaml':
        'v: {{ .Values.i }} {{ .Values.f }} {{ .Values.b }} {{ .Values.o }} {{ .Values.k }} {{ .Values.l | toJson }} {{ typeOf .Values.k }} {{ kindOf .Values.i }}\n',
    },
    set: ['k=1000000,l={1,x,true,null}'],
  },
  {
    name: 'a chart whose name has a dot',
    files: {
      'templates/x.yaml': show,
      'values.yaml': 'a.b: {x: 1}\n',
      ...sub('a.b', { 'values.yaml': 'y: 1\n', 'templates/y.yaml': show }),
    },
  },
  {
    name: 'a schema that is broken',
    files: {
      'values.schema.json': '{"properties": {"a": {"type": "string"}}, "required": ["b"]}',
      'values.yaml': 'a: 1\n',
      'templates/x.yaml': 'a: 1\n',
    },
  },
  {
    name: 'a schema and the global map',
    files: { ...sub('sub', { 'values.schema.json': '{"additionalProperties": false}' }), 'templates/x.yaml': 'a: 1\n' },
  },
  {
    name: 'endless inclusion',
    files: {
      'templates/_h.tpl': '{{ define "h" }}{{ include "h" . }}{{ end }}',
      'templates/x.yaml': 'a: {{ include "h" . }}\n',
    },
  },
  {
    name: 'lookup finds nothing',
    files: {
      'templates/x.yaml':
        'a: {{ lookup "v1" "Secret" "x" "y" | toJson }} {{ (lookup "v1" "Secret" "" "").items | toJson }}\n',
    },
  },
  {
    name: 'crds stay out',
    files: { 'crds/a.yaml': 'kind: CustomResourceDefinition\n', 'templates/x.yaml': 'f: {{ keys .Files | toJson }}\n' },
  },
];
