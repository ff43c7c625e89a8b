/**
 * The namespace that Helm renders for where none is given: that of the kubeconfig's current context, then that of the pod
 * it runs in. Nothing is asked of a cluster. Takes the environment, returns a name; what cannot be read counts as absent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import { GoError, type GoMap } from '../../../foundation/template/value.ts';
import { readYamlMap } from '../../../foundation/yaml/read-yaml.ts';

export interface KubeconfigLookup {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Of --kubeconfig; empty: not given. */
  readonly file: string;
  /** Of --kube-context; empty: the current one. */
  readonly context: string;
}

export function kubeconfigNamespace(lookup: KubeconfigLookup): string {
  try {
    return namespaceOfContext(lookup) || namespaceOfPod(lookup) || 'default';
  } catch (error) {
    // A kubeconfig that is broken is no reason for Helm to stop.
    if (error instanceof GoError || (error instanceof Error && 'code' in error)) return 'default';
    throw error;
  }
}

/** The first file that says something wins. */
function namespaceOfContext({ environment, folder, file, context }: KubeconfigLookup): string {
  const listed = environment['KUBECONFIG']?.split(':').filter((path) => path !== '') ?? [];
  const home = environment['HOME'] === undefined ? [] : [join(environment['HOME'], '.kube', 'config')];
  const names = file !== '' ? [file] : listed.length > 0 ? listed : home;
  const configs = names
    .map((name) => resolve(folder, name))
    .filter((path) => existsSync(path))
    .map(read);
  const current = context || configs.map((config) => textAt(config, 'current-context')).find((text) => text !== '');
  if (current === undefined) return '';
  const known = configs.flatMap(contextsOf).find((entry) => textAt(entry, 'name') === current);
  const inner = known?.get('context');
  return inner instanceof Map ? textAt(inner, 'namespace') : '';
}

const read = (path: string): GoMap => readYamlMap(fromBytes(readFileSync(path)));

function contextsOf(config: GoMap): GoMap[] {
  const list = config.get('contexts');
  return Array.isArray(list) ? list.filter((entry): entry is GoMap => entry instanceof Map) : [];
}

function textAt(map: GoMap, key: string): string {
  const value = map.get(key);
  return typeof value === 'string' ? value : '';
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

function namespaceOfPod({ environment }: KubeconfigLookup): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, POD_NAMESPACE: pod } = environment;
  if (!host || !port || !existsSync(`${SERVICE_ACCOUNT}/token`)) return '';
  if (pod) return pod;
  const file = `${SERVICE_ACCOUNT}/namespace`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
