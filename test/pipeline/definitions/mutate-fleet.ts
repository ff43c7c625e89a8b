/** A fleet that uses every field, damaged; and what must hold of whatever becomes of it. */
import fc from 'fast-check';
import { readDefinitions } from '../../../src/pipeline/definitions/read-definitions.ts';
import { createTextRenderer } from '../../../src/pipeline/render/text-renderer.ts';
import { memoryFiles } from './memory-files.ts';

const head = (kind: string, name: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n`;

/** What is damaged; each valid by itself. */
export const damaged: Readonly<Record<string, string>> = {
  'apps/shop.yaml': `${head('Application', 'shop')}  project: web
  chart: {path: charts/shop, lock: update}
  releaseName: "{{app}}"
  namespace: "shop-{{environment}}"
  values:
    - values/shop/common.yaml
    - "values/shop/{{environment}}.yaml"
    - {file: values/shop/secret.yaml, optional: true}
    - {template: values/ingress.yaml}
    - {inline: {replicaCount: 2, list: [1, two, {three: 3.5}], "quoted key": ~}}
    - {set: "image.pullPolicy=Always,a.b[0].c=1"}
    - {setString: "tag=1.10"}
    - {setJson: 'limits={"cpu":1}'}
  environments:
    dev: {}
    prod: {timeout: 10m, drift: {policy: correct, after: 30s}, values: [{inline: {replicaCount: 3}}]}
  dependsOn: [database, {app: cache, environment: dev, optional: true}]
  sync: {automatic: true, prune: all, suspend: false, wave: -1, interval: 10m, retry: {limit: 5, initial: 5s, max: 3m}}
  onRemove: confirm
  adopt: always
  crds: createReplace
  timeout: 1h30m
  tests: true
  drift: {ignore: [{kind: Deployment, name: shop, paths: [/spec/replicas, /metadata/labels/a~1b]}]}
  rollback: {on: [failure], soak: 0s, firstInstall: uninstall, retryAfter: 1h}
  patches:
    - {target: {kind: Deployment, name: "sh*", labels: "a=b"}, patch: [{op: add, path: /metadata/labels/x, value: y}]}
    - patch: |
        kind: Service
        metadata: {name: shop}
        spec: {type: NodePort}
`,
  'apps/remote.yaml': `${head('Application', 'remote')}  project: web
  chart: &chart {repository: https://charts.example.com, name: remote, version: ^1.4}
  environments: {dev: {}, prod: {chart: {version: 1.4.2}}}
---
${head('Application', 'registry')}  project: web
  chart: {oci: "oci://registry.example.com/charts/registry", version: 1.4.2}
  environments: {dev: }
---
# Of another kind: left alone.
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
`,
  'apps/renamed.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: store, formerly: [kiosk, stall]}
spec:
  project: infra
  chart: {repository: https://charts.example.com, name: store, version: ">=1 <2", verify: {keyring: keys/ring.gpg}}
  values:
    - {secret: {name: "{{app}}-values", key: prod.yaml}}
    - {configMap: {name: store}, optional: true}
    - {template: "values/{{project}}.yaml", optional: true}
    - {setFile: "ca=files/{{cluster}}.pem"}
  sync: {windows: [{deny: "0 0 24 12 *", for: 72h, timeZone: Europe/Berlin}, {allow: "*/5 8-18 * * 1-5", for: 4m30s}]}
  environments:
    staging: {revision: "3f2a1c9", namespace: "{{environment}}-{{domain}}", chart: {version: 1.4.2}}
    dev:
`,
  'apps/teams.yaml': `${head('Application', 'teams')}  project: infra\n  apps: {path: apps/teams}\n`,
  'apps/teams/defaults.yaml': `${head('Defaults', 'teams')}  environments: {dev: {}, staging: {revision: main}}
  values: ["values/{{environment}}.yaml", {inline: &inline {a: {b: [1, 2]}}}]
  drift: {ignore: [{kind: Deployment}], policy: correct}
  dependsOn: [{app: database, environment: "{{environment}}", optional: true}]
`,
  'apps/teams/payments.yaml': `${head('Application', 'payments')}  chart: {git: https://git.example.com/charts.git, revision: ^1.2, path: payments}\n`,
  'apps/staging.yaml': `${head('Environment', 'staging')}  cluster: local
  namespace: "{{app}}-{{environment}}"
  createNamespace: {labels: {team: "x", "a.b/c": "1"}, annotations: {note: ""}}
  variables: {domain: example, size: 3, big: true, host: "{{app}}.example.com"}
  values: [values/environments/staging.yaml]
  enforce:
    sync: {windows: [{allow: "0 9 * * 1-5", for: 8h}], automatic: false}
    values: [{inline: {limits: {cpu: 1}}}]
    patches: [{target: {group: apps, kind: Deployment}, patch: [{op: test, path: /kind, value: Deployment}]}]
    chart: {lock: strict}
    rollback: {soak: 5m, on: [unhealthy]}
    onRemove: confirm
`,
  'apps/infra.yaml': `${head('Project', 'infra')}  repositories: [".", "https://*.example.com/**"]
  destinations: [{cluster: "lo*"}, {namespace: "{a,b}-*"}]
  kinds: {allow: ["apps/*", core/ConfigMap], deny: ["*/Secret", "rbac.authorization.k8s.io/*"]}
  serviceAccount: infra/deployer
`,
  'apps/argocd.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: guest
  namespace: argocd
  labels: {a: b}
  annotations: {argocd.argoproj.io/sync-wave: "-1", notifications.argoproj.io/subscribe.x: y}
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  project: web
  destination: {server: https://kubernetes.default.svc, namespace: guest}
  sources:
    - repoURL: https://charts.example.com
      chart: guest
      targetRevision: ">=1.0.0 <2"
      helm:
        releaseName: guest
        valueFiles: ["$values/envs/\${ARGOCD_APP_NAME}.yaml", "$values/envs/**/*.yaml", in.yaml]
        ignoreMissingValueFiles: true
        values: |
          a: 1
          b: [1, 2]
        valuesObject: &values {image: {tag: v1}, list: [{a: 1}]}
        parameters:
          - {name: a.b, value: "1,2"}
          - {name: c, value: $ARGOCD_APP_NAMESPACE, forceString: true}
        fileParameters: [{name: f, path: $values/f.txt}]
        skipCrds: true
    - {repoURL: https://git.example.com/team/fleet.git, targetRevision: HEAD, ref: values}
  syncPolicy:
    automated: {prune: true, selfHeal: true, allowEmpty: false}
    syncOptions: [CreateNamespace=true, PrunePropagationPolicy=foreground, Replace=true]
    retry: {limit: 5, backoff: {duration: 5s, factor: 2, maxDuration: 3m}}
    managedNamespaceMetadata: {labels: {a: b}}
  ignoreDifferences:
    - {group: apps, kind: Deployment, name: x, jsonPointers: [/spec/replicas], jqPathExpressions: [.spec.a.b]}
  info: [{name: a, value: b}]
  revisionHistoryLimit: 3
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: plain}
spec:
  project: web
  destination: {name: in-cluster, namespace: plain}
  source: {repoURL: git@git.example.com:team/other.git, path: deploy/plain, targetRevision: v1, directory: {recurse: true}}
`,
  'apps/sets.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: sets, namespace: argocd}
spec:
  goTemplate: true
  goTemplateOptions: ["missingkey=error"]
  generators:
    - matrix:
        generators:
          - git:
              repoURL: https://git.example.com/team/fleet.git
              revision: HEAD
              files: [{path: "conf/*.yaml"}, {path: conf/old.yaml, exclude: true}]
              values: {where: '{{ .path.basename }}-{{ .name | trunc 5 | default "x" }}'}
          - list:
              elements: [{tier: one}, {tier: two, nested: {a: [1, yes, ~]}}]
              elementsYaml: "{{ toJson .more }}"
      selector: {matchLabels: {tier: one}, matchExpressions: [{key: name, operator: Exists}]}
    - merge:
        mergeKeys: [server]
        generators: [{clusters: {selector: {}, values: {tier: x}}}, {list: {elements: [{server: local, name: y}]}}]
        template: {metadata: {labels: {a: b}}}
  template: &template
    metadata: {name: 'set-{{ .name }}-{{ if hasKey . "tier" }}{{ .tier }}{{ else }}none{{ end }}', labels: {env: prod}}
    spec:
      project: web
      destination: {name: in-cluster, namespace: "{{ normalize .name }}"}
      source: {repoURL: https://git.example.com/team/fleet.git, path: charts/x, helm: {valuesObject: {"{{ .name }}": "{{ 1 }}", on: yes}}}
  templatePatch: |
    {{- range $i, $x := list 1 2 }}{{ end }}
    metadata: {finalizers: [x]}
    spec: {syncPolicy: {automated: {prune: true}}}
  syncPolicy: {applicationsSync: create-update, preserveResourcesOnDeletion: true}
  strategy: {type: RollingSync, rollingSync: {steps: [{matchExpressions: [{key: env, operator: In, values: [prod]}], maxUpdate: 1}]}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: plain-sets}
spec:
  generators:
    - git: {repoURL: https://git.example.com/team/fleet.git, directories: [{path: "conf/[a-c]*"}, {path: "conf/b?", exclude: true}], pathParamPrefix: my}
    - list: {elements: [{my.path: conf, 'my.path[0]': x, my.path.basename: listed}]}
  template: {metadata: {name: "{{my.path.basename}}"}, spec: {project: web, destination: {server: https://kubernetes.default.svc, namespace: "{{my.path[0]}}"}, source: {repoURL: https://git.example.com/team/fleet.git, path: "{{my.path}}"}}}
`,
};

/** As Flux has them: a cluster's folder, which leads to an overlay of a base. */
export const flux: Readonly<Record<string, string>> = {
  'apps/flux/cluster.yaml': `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: flux-system}
spec:
  interval: 10m
  sourceRef: {kind: GitRepository, name: flux-system}
  path: ./flux/overlay
  prune: true
  wait: true
  targetNamespace: flux
  dependsOn: [{name: none}]
  patches: [{patch: "- {op: add, path: /spec/values/c, value: 1}", target: {kind: HelmRelease, name: "w.*"}}]
  postBuild: {substitute: {size: "3", zone: a}, substituteFrom: [{kind: ConfigMap, name: settings, optional: true}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: flux-system}
data: {host: example.com}
`,
  'flux/base/release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  interval: 5m
  chart: {spec: {chart: web, version: ">=1.0.0 <2", sourceRef: {kind: HelmRepository, name: charts}, valuesFiles: [values.yaml, b.yaml]}}
  releaseName: web
  storageNamespace: flux
  dependsOn: [{name: db}]
  install: {createNamespace: true, crds: CreateReplace, remediation: {retries: 3}, disableWait: true}
  upgrade: {strategy: {name: RetryOnFailure, retryInterval: 1m}, remediation: {retries: -1, strategy: rollback}}
  driftDetection: {mode: enabled, ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}
  test: {enable: true}
  commonMetadata: {labels: {a: b}}
  postRenderers: [{kustomize: {patches: [{patch: "{kind: Service, metadata: {name: web}}", target: {kind: Service, name: web.*, labelSelector: a=b}}]}}]
  valuesFrom:
    - {kind: ConfigMap, name: web-values}
    - {kind: Secret, name: web-token, valuesKey: token, targetPath: a.b, optional: true, literal: true}
  values: {replicas: "\${size}", host: "\${zone^^}.\${host:-x}", list: [1, {a: ~}]}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts}
spec: {url: https://charts.example.com, interval: 1h, secretRef: {name: x}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: oci, namespace: flux}
spec: {url: "oci://registry.example.com/charts/web", ref: {semver: 1.x}, layerSelector: {mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip}}
`,
  'flux/overlay/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: flux
nameSuffix: ""
resources: [../base/release.yaml, db.yaml]
components: []
patches:
  - {path: patch.yaml, target: {kind: HelmRelease, labelSelector: "!x"}}
  - patch: |
      - {op: replace, path: /spec/interval, value: 1h}
    target: {kind: HelmRelease, name: web}
configMapGenerator: [{name: web-values, files: [values.yaml], literals: [a=1], options: {disableNameSuffixHash: true}}]
configurations: [names.yaml]
`,
  'flux/overlay/patch.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec: {values: {list: [3], x: null}}
`,
  'flux/overlay/db.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2beta2
kind: HelmRelease
metadata: {name: db}
spec: {chartRef: {kind: OCIRepository, name: oci}, interval: 1h}
`,
  'flux/overlay/names.yaml': `nameReference: [{kind: ConfigMap, fieldSpecs: [{path: spec/valuesFrom/name, kind: HelmRelease}]}]\n`,
  'flux/overlay/values.yaml': 'a: 1\n',
};

/** What nobody damages. */
const sound: Readonly<Record<string, string>> = {
  'conf/one.yaml': 'name: one\nmore: [{tier: three, deep: {a: 1}}]\n',
  'conf/many.yaml': '[{name: two, more: []}, {name: three, more: []}]',
  'conf/abc/x.txt': 'x',
  'apps/environments.yaml': `${head('Environment', 'dev')}  variables: {domain: dev.example.com}
  enforce: {sync: {windows: [{allow: "0 9 * * 1-5", for: 8h, timeZone: Europe/Berlin}]}}
---
${head('Environment', 'prod')}  namespace: "{{app}}"
  createNamespace: {labels: {a: b}}
`,
  'apps/projects.yaml': `${head('Project', 'web')}  repositories: ["https://charts.example.com*", "ssh://git.example.com/*", "oci://registry.example.com/*", "."]
  destinations: [{cluster: "*", namespace: "*"}]
  kinds: {deny: [ClusterRole]}
`,
  'apps/database.yaml': `${head('Application', 'database')}  project: web\n  chart: {path: charts/db}\n  environments: {dev: {}, prod: {}}\n`,
};

const words = [
  'kind: Aplication',
  '{{app}}',
  '{{',
  '&a',
  '*a',
  '<<: *chart',
  '!!binary x',
  '? ',
  '- ',
  '---\n',
  '...',
  '%YAML 1.1',
  '\t',
  '\u0000',
  '\u2028',
  '\ufeff',
  '__proto__: {x: 1}',
  'constructor: 1',
  '9'.repeat(400),
  '1e999',
  '../../etc/passwd',
  '/etc/passwd',
  'a'.repeat(5000),
  '[[[[[[[[',
  '"',
  "'",
  '|\n',
  ': ',
  '#',
  ',',
  'null',
  '$values/',
  '{{ .name',
  '{{ range until 10000 }}x{{ end }}',
  '{{ index . "path" }}',
  '}}',
  '[',
  '${',
  '{name: x}',
  'yes',
  '5m',
  '-1s',
];

type Damage = readonly [where: number, length: number, word: string];

const damage: fc.Arbitrary<Damage> = fc.tuple(
  fc.integer({ min: 0, max: 999_999 }).map((millionths) => millionths / 1_000_000),
  fc.oneof(fc.nat(3), fc.nat(60)),
  fc.oneof(fc.constant(''), fc.constantFrom(...words), fc.string({ maxLength: 8, unit: 'binary' })),
);

/** In a file of the fleet, one to three places cut and filled. */
export const arbitraryDamage = fc.record({
  file: fc.constantFrom(...Object.keys({ ...damaged, ...flux })),
  places: fc.array(damage, { minLength: 1, maxLength: 3 }),
});

export interface Verdict {
  readonly type: 'understood' | 'refused' | 'wrong';
  readonly where: string;
}

export async function judgeDamage({ file, places }: { file: string; places: readonly Damage[] }): Promise<Verdict> {
  let text = { ...damaged, ...flux }[file] ?? '';
  for (const [where, length, word] of places) {
    const at = Math.floor(where * text.length);
    text = text.slice(0, at) + word + text.slice(at + length);
  }
  return await judgeText({ file, text });
}

export interface ChangedFile {
  readonly file: string;
  readonly text: string;
  /** What lies beside it; default: all that its tool reads. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** Of the fleet with that in the place of the file. */
export async function judgeText({ file, text, ...more }: ChangedFile): Promise<Verdict> {
  const { beside = Object.hasOwn(flux, file) ? flux : damaged } = more;
  const files: Record<string, string> = { ...beside, ...sound, [file]: text };
  const { definitions, problems } = await readDefinitions({
    checkout: { repository: 'fleet', revision: 'r', commit: undefined, root: '/nowhere', path: 'apps' },
    files: memoryFiles(files),
    defaults: { settings: {}, environments: undefined },
    clusters: ['local'],
    renderText: createTextRenderer(),
    own: { urls: ['https://git.example.com/team/fleet.git'], revision: undefined },
  });
  for (const { code, message, place } of problems) {
    const lines = (files[place?.file ?? ''] ?? '').split('\n').length;
    const isPlaced = place !== undefined && place.file in files && (place.line ?? 1) <= lines && (place.line ?? 1) >= 1;
    if (!isPlaced || !/^[a-z-]+\.[a-z-]+$/.test(code) || message === '' || message.includes('[object'))
      return { type: 'wrong', where: `${JSON.stringify({ code, message, place })} of ${JSON.stringify(text)}` };
  }
  // Only who takes its name could take it down.
  const stands = definitions.some(({ app }) => app === 'database');
  if (!stands && !problems.some(({ message }) => message.includes('"database"')))
    return { type: 'wrong', where: `database is gone with ${JSON.stringify(text)}` };
  return { type: problems.length === 0 ? 'understood' : 'refused', where: '' };
}
