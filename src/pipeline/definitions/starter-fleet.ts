/** The files of a new fleet repository, as `init` writes them: small enough to be read in a minute, and running as it is. */
import type { JsonSchema } from '../../foundation/document/check-document.ts';

/** Where the schemas lie in the new repository, so that an editor needs no network. */
const schemaFolder = '.schema';

const schemaLine = (schema: string, from: string) =>
  `# yaml-language-server: $schema=${'../'.repeat(from.split('/').length - 1)}${schemaFolder}/${schema}.json\n`;

/**
 * - `single`: one cluster, no environments
 * - `namespaces`: one cluster, each environment in namespaces of its own
 * - `clusters`: each environment in a cluster of its own
 */
export type FleetShape = 'single' | 'namespaces' | 'clusters';

/** Path to text. `schemas`: by name without `.json`. */
export function starterFleet(
  shape: FleetShape,
  schemas: Readonly<Record<string, JsonSchema>>,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const commented: Readonly<Record<string, string>> = { 'helm-gitops.config.yaml': 'config', ...definitionFiles };
  for (const [path, text] of Object.entries({ ...texts, ...shaped[shape] })) {
    const schema = Object.hasOwn(commented, path) ? commented[path] : undefined;
    files.set(path, schema === undefined ? text : schemaLine(schema, path) + text);
  }
  for (const [name, schema] of Object.entries(schemas))
    files.set(`${schemaFolder}/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`);
  return files;
}

const definitionFiles: Readonly<Record<string, string>> = {
  'apps/environments.yaml': 'definition',
  'apps/hello.yaml': 'definition',
};

const texts: Readonly<Record<string, string>> = {
  'README.md': `# A fleet

- \`apps/\` says what runs where: one short file per application.
- \`charts/\` holds Helm charts, \`values/\` their values, common ones first.
- \`helm-gitops.config.yaml\` is for the daemon: \`helm-gitops run\` in this folder follows it on a built-in cluster.

Edit a file in \`values/hello\` while it runs, and watch what happens. \`helm-gitops plan\` shows what a change would do.

\`helm-gitops validate\` reads everything as the daemon would, without a cluster. Before every commit, by
\`.git/hooks/pre-commit\`:

    #!/bin/sh
    exec helm-gitops validate --offline
`,
  '.gitignore': '.helm-gitops/\n',
  'values/hello/common.yaml': 'message: Hello\n',
  'charts/hello/Chart.yaml': `apiVersion: v2
name: hello
version: 0.1.0
`,
  'charts/hello/values.yaml': `replicas: 1
message: Hello
host: hello.example.com
image: {repository: nginx, tag: "1.27"}
`,
  'charts/hello/templates/configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  message: {{ .Values.message | quote }}
  host: {{ .Values.host | quote }}
`,
  'charts/hello/templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Release.Name }}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
    spec:
      containers:
        - name: hello
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          envFrom: [{configMapRef: {name: {{ .Release.Name }}}}]
`,
};

const repositories = `repositories:
  - name: fleet
    url: .          # this folder; or https://git.example.com/team/fleet.git
    path: apps
`;

const oneCluster = `${repositories}clusters:
  - name: local
    embedded: {data: .helm-gitops/cluster}   # the built-in one; or kubeconfig: ~/.kube/config
`;

const environment = (name: string, cluster: string, domain: string) => `apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: ${name}}
spec:
  cluster: ${cluster}
  variables: {domain: ${domain}}
`;

const environments = (dev: string, prod: string) =>
  `${environment('dev', dev, 'dev.example.com')}---\n${environment('prod', prod, 'example.com')}`;

const application = (namespace: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: hello}
spec:
  chart: {path: charts/hello}
  namespace: ${namespace}
`;

const ofEnvironments = `  values:
    - values/hello/common.yaml
    - values/hello/{{environment}}.yaml
    - {set: "host=hello.{{domain}}"}
  environments:
    dev: {}
    prod: {drift: {policy: correct}}
`;

const environmentValues = { 'values/hello/dev.yaml': 'replicas: 1\n', 'values/hello/prod.yaml': 'replicas: 2\n' };

const shaped: Readonly<Record<FleetShape, Readonly<Record<string, string>>>> = {
  single: {
    'helm-gitops.config.yaml': oneCluster,
    'apps/hello.yaml': `${application('hello')}  values:
    - values/hello/common.yaml
    - {set: host=hello.example.com}
`,
  },
  namespaces: {
    'helm-gitops.config.yaml': oneCluster,
    'apps/environments.yaml': environments('local', 'local'),
    'apps/hello.yaml': `${application('"hello-{{environment}}"')}${ofEnvironments}`,
    ...environmentValues,
  },
  clusters: {
    'helm-gitops.config.yaml': `${repositories}clusters:   # built-in ones; or kubeconfig: ~/.kube/config, with context: its name there
  - name: dev
    embedded: {data: .helm-gitops/dev}
  - name: prod
    embedded: {data: .helm-gitops/prod}
`,
    'apps/environments.yaml': environments('dev', 'prod'),
    'apps/hello.yaml': `${application('hello')}${ofEnvironments}`,
    ...environmentValues,
  },
};
