/** The flags of `helm template` 4.2.4 and 3.21.4, with what becomes of each here; and `--compat`, which is ours. */
import type { Flag } from '../parse-flags.ts';

export interface TemplateFlag extends Flag {
  /**
   * - `kept`: does what it does in Helm
   * - `idle`: accepted; it changes nothing that is rendered from a chart on disk
   * - `refused`: it would change the output, and is not done here
   */
  readonly use: 'kept' | 'idle' | 'refused';
  readonly value?: string;
  readonly summary?: string;
}

const kept = (kind: Flag['kind'], summary: string, more: { short?: string; value?: string } = {}): TemplateFlag => ({
  kind,
  use: 'kept',
  summary,
  ...more,
});
const idle = (kind: Flag['kind'], short?: string): TemplateFlag => ({
  kind,
  use: 'idle',
  ...(short === undefined ? {} : { short }),
});
const refused = (kind: Flag['kind']): TemplateFlag => ({ kind, use: 'refused' });

export const templateFlags: Readonly<Record<string, TemplateFlag>> = {
  'api-versions': kept('commaList', 'more API versions for .Capabilities', { short: 'a', value: 'list' }),
  compat: kept('text', 'helm4 (default) or helm3', { value: 'helm' }),
  debug: kept('boolean', 'print what was rendered also where it is no YAML'),
  'generate-name': kept('boolean', 'accepted; the name is release-name all the same, as in Helm', { short: 'g' }),
  help: kept('boolean', 'these lines', { short: 'h' }),
  'include-crds': kept('boolean', 'print the files of crds/ too'),
  'is-upgrade': kept('boolean', 'set .Release.IsUpgrade instead of .Release.IsInstall'),
  'kube-version': kept('text', 'for .Capabilities.KubeVersion', { value: 'version' }),
  'name-template': kept('text', "a template for the release's name", { value: 'text' }),
  namespace: kept('text', "the release's; default HELM_NAMESPACE, else default", { short: 'n', value: 'name' }),
  'no-hooks': kept('boolean', 'leave hooks out'),
  'output-dir': kept('text', 'write a file for each template instead of printing', { value: 'folder' }),
  'release-name': kept('boolean', 'with --output-dir: below a folder of that name'),
  set: kept('list', 'set values: key1=val1,key2=val2', { value: 'text' }),
  'set-file': kept('list', 'set values from files: key=path', { value: 'text' }),
  'set-json': kept('list', 'set values from JSON: key=json, or a whole object', { value: 'text' }),
  'set-literal': kept('list', 'set a value to exactly this text: key=text', { value: 'text' }),
  'set-string': kept('list', 'set values that stay text', { value: 'text' }),
  'show-only': kept('list', 'only manifests from these templates', { short: 's', value: 'path' }),
  'skip-schema-validation': kept('boolean', 'leave values.schema.json aside'),
  'skip-tests': kept('boolean', 'leave test hooks out'),
  values: kept('commaList', 'files of values, later ones win; - is standard input', { short: 'f', value: 'files' }),

  atomic: idle('boolean'),
  'burst-limit': idle('text'),
  'ca-file': idle('text'),
  'cert-file': idle('text'),
  color: idle('text'),
  colour: idle('text'),
  'content-cache': idle('text'),
  'create-namespace': idle('boolean'),
  description: idle('text'),
  devel: idle('boolean'),
  'disable-openapi-validation': idle('boolean'),
  force: idle('boolean'),
  'force-conflicts': idle('boolean'),
  'force-replace': idle('boolean'),
  'hide-notes': idle('boolean'),
  'insecure-skip-tls-verify': idle('boolean'),
  'key-file': idle('text'),
  keyring: idle('text'),
  'kube-apiserver': idle('text'),
  'kube-as-group': idle('list'),
  'kube-as-user': idle('text'),
  'kube-ca-file': idle('text'),
  'kube-context': idle('text'),
  'kube-insecure-skip-tls-verify': idle('boolean'),
  'kube-tls-server-name': idle('text'),
  'kube-token': idle('text'),
  kubeconfig: idle('text'),
  labels: idle('text', 'l'),
  'pass-credentials': idle('boolean'),
  password: idle('text'),
  'plain-http': idle('boolean'),
  qps: idle('text'),
  'registry-config': idle('text'),
  'render-subchart-notes': idle('boolean'),
  replace: idle('boolean'),
  'repository-cache': idle('text'),
  'repository-config': idle('text'),
  'rollback-on-failure': idle('boolean'),
  'server-side': idle('boolean'),
  'skip-crds': idle('boolean'),
  'take-ownership': idle('boolean'),
  timeout: idle('text'),
  username: idle('text'),
  version: idle('text'),
  wait: idle('optional'),
  'wait-for-jobs': idle('boolean'),

  'dependency-update': refused('boolean'),
  'dry-run': { kind: 'optional', use: 'kept', value: 'client', summary: 'client is what happens; server is refused' },
  'enable-dns': refused('boolean'),
  'post-renderer': refused('text'),
  'post-renderer-args': refused('list'),
  repo: refused('text'),
  validate: refused('boolean'),
  verify: refused('boolean'),
};
