/** Objects of Flux as texts, for tests. `spec` is the YAML of the spec in one line, or lines that are indented by two. */

export const object = (apiVersion: string, kind: string, name: string, spec: string) => {
  const [namespace, own] = name.includes('/') ? name.split('/') : [undefined, name];
  const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
  const given = spec.startsWith('{') ? ` ${spec}\n` : `\n${spec}`;
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${own}${where}}\nspec:${given}`;
};

export const release = (name: string, spec: string, version = 'v2') =>
  object(`helm.toolkit.fluxcd.io/${version}`, 'HelmRelease', name, spec);

export const helmRepository = (name: string, spec = '{url: https://charts.example.com}') =>
  object('source.toolkit.fluxcd.io/v1', 'HelmRepository', name, spec);

export const source = (kind: string, name: string, spec: string) =>
  object('source.toolkit.fluxcd.io/v1', kind, name, spec);

export const kustomization = (name: string, spec: string) =>
  object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', name, spec);

/** The chart `web` of the repository `charts` beside it. */
export const chart = 'chart: {spec: {chart: web, version: ^1.0.0, sourceRef: {kind: HelmRepository, name: charts}}}';

export const configMap = (name: string, data: string, kind = 'ConfigMap') => {
  const [namespace, own] = name.split('/');
  return `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${own}, namespace: ${namespace}}\n${data}`;
};

export const ownSource = 'sourceRef: {kind: GitRepository, name: flux-system}, interval: 1h, prune: true';
