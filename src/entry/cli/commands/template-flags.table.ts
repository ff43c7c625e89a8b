/** The flags of `helm template` 4.2.4 and 3.21.4, with what becomes of each here; and `--compat`, which is ours. */
import type { Compat } from '../../../foundation/values/read-values.ts';
import type { Flag } from '../parse-flags.ts';
import { checkColor, checkDuration, checkFloat, checkInteger, checkLabels, checkWait } from './check-flag.ts';

export interface TemplateFlag extends Flag {
  /**
   * - `kept`: does what it does in Helm
   * - `idle`: accepted; it changes nothing that is rendered from a chart on disk
   * - `refused`: it would change the output, and is not done here
   */
  readonly use: 'kept' | 'idle' | 'refused';
  /** The other Helm does not know it. */
  readonly only?: 'helm4';
  /** What Helm 4 says to use instead. */
  readonly deprecated?: string;
  readonly value?: string;
  readonly summary?: string;
}

const kept = (kind: Flag['kind'], summary: string, more: { short?: string; value?: string } = {}): TemplateFlag => ({
  kind,
  use: 'kept',
  summary,
  ...more,
});
type More = Pick<TemplateFlag, 'short' | 'only' | 'deprecated' | 'check'>;
const idle = (kind: Flag['kind'], more: More = {}): TemplateFlag => ({ kind, use: 'idle', ...more });
const refused = (kind: Flag['kind'], more: More = {}): TemplateFlag => ({ kind, use: 'refused', ...more });

const noEffect = "this flag has no effect for 'helm template' and will be removed in Helm 5";

/** Of both Helms. */
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

  atomic: idle('boolean', { deprecated: 'use --rollback-on-failure instead' }),
  'burst-limit': idle('text', { check: checkInteger }),
  'ca-file': idle('text'),
  'cert-file': idle('text'),
  color: idle('text', { only: 'helm4', check: checkColor }),
  colour: idle('text', { only: 'helm4', check: checkColor }),
  'content-cache': idle('text', { only: 'helm4' }),
  'create-namespace': idle('boolean'),
  description: idle('text'),
  devel: idle('boolean'),
  'disable-openapi-validation': idle('boolean'),
  force: idle('boolean', { deprecated: 'use --force-replace instead' }),
  'force-conflicts': idle('boolean', { only: 'helm4' }),
  'force-replace': idle('boolean', { only: 'helm4' }),
  'hide-notes': idle('boolean', { deprecated: noEffect }),
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
  labels: idle('text', { short: 'l', check: checkLabels }),
  'pass-credentials': idle('boolean'),
  password: idle('text'),
  'plain-http': idle('boolean'),
  qps: idle('text', { check: checkFloat }),
  'registry-config': idle('text'),
  'render-subchart-notes': idle('boolean', { deprecated: noEffect }),
  replace: idle('boolean'),
  'repository-cache': idle('text'),
  'repository-config': idle('text'),
  'rollback-on-failure': idle('boolean', { only: 'helm4' }),
  'server-side': idle('boolean', { only: 'helm4' }),
  'skip-crds': idle('boolean'),
  'take-ownership': idle('boolean'),
  timeout: idle('text', { check: checkDuration }),
  username: idle('text'),
  version: idle('text'),
  wait: idle('optional', { check: checkWait }),
  'wait-for-jobs': idle('boolean'),

  'dependency-update': refused('boolean'),
  'dry-run': { kind: 'optional', use: 'kept', value: 'client', summary: 'client is what happens; server is refused' },
  'enable-dns': refused('boolean'),
  'post-renderer': refused('text'),
  'post-renderer-args': refused('list'),
  repo: refused('text'),
  validate: refused('boolean', { deprecated: "use '--dry-run=server' instead" }),
  verify: refused('boolean'),
};

/** Those that one Helm knows, and our own. */
export function flagsOf(compat: Compat): Readonly<Record<string, TemplateFlag>> {
  if (compat === 'helm4') return templateFlags;
  const known = Object.entries(templateFlags).filter(([, { only }]) => only === undefined);
  return { ...Object.fromEntries(known), wait: idle('boolean') };
}
