/** The flags of `helm dependency list|update|build` 4.2.4; and `--compat`, which is ours. */
import type { Flag } from '../parse-flags.ts';

export interface DependencyFlag extends Flag {
  readonly value?: string;
  /** Without one it is accepted and changes nothing here. */
  readonly summary?: string;
}

const idle = (kind: Flag['kind'], short?: string): DependencyFlag => ({
  kind,
  ...(short === undefined ? {} : { short }),
});

const everywhere: Readonly<Record<string, DependencyFlag>> = {
  compat: { kind: 'text', value: 'helm', summary: 'helm4 (default) or helm3' },
  help: { kind: 'boolean', short: 'h', summary: 'these lines' },
  'burst-limit': idle('text'),
  color: idle('text'),
  colour: idle('text'),
  'content-cache': idle('text'),
  debug: idle('boolean'),
  'kube-apiserver': idle('text'),
  'kube-as-group': idle('list'),
  'kube-as-user': idle('text'),
  'kube-ca-file': idle('text'),
  'kube-context': idle('text'),
  'kube-insecure-skip-tls-verify': idle('boolean'),
  'kube-tls-server-name': idle('text'),
  'kube-token': idle('text'),
  kubeconfig: idle('text'),
  namespace: idle('text', 'n'),
  qps: idle('text'),
  'registry-config': {
    kind: 'text',
    value: 'file',
    summary: 'credentials of registries, as helm registry login writes them',
  },
  'repository-cache': idle('text'),
  'repository-config': {
    kind: 'text',
    value: 'file',
    summary: 'names and URLs of repositories, as helm repo add writes them',
  },
};

const fetching: Readonly<Record<string, DependencyFlag>> = {
  'ca-file': { kind: 'text', value: 'file', summary: 'authorities that servers are checked against (PEM)' },
  'cert-file': { kind: 'text', value: 'file', summary: 'a certificate for servers that ask for one (PEM)' },
  'insecure-skip-tls-verify': { kind: 'boolean', summary: 'take any certificate of a server' },
  'key-file': { kind: 'text', value: 'file', summary: 'the key of --cert-file (PEM)' },
  keyring: { kind: 'text', value: 'file', summary: 'public keys for --verify; default: ~/.gnupg/pubring.gpg' },
  password: { kind: 'text', value: 'text', summary: 'for registries' },
  'plain-http': { kind: 'boolean', summary: 'speak to registries without TLS' },
  'skip-refresh': {
    kind: 'boolean',
    summary: 'use the indexes of repositories that are here, without asking for newer ones',
  },
  username: { kind: 'text', value: 'name', summary: 'for registries' },
  verify: { kind: 'boolean', summary: 'check the signatures of what is fetched' },
};

export const dependencyFlags = {
  list: {
    'max-col-width': { kind: 'text', value: 'number', summary: 'of a column in characters; default 80, 0: no limit' },
    ...everywhere,
  },
  update: { ...fetching, ...everywhere },
  build: { ...fetching, ...everywhere },
} as const satisfies Readonly<Record<string, Readonly<Record<string, DependencyFlag>>>>;
