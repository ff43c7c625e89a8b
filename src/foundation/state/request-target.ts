/** What has state, and so can be asked something: its name in our words and the name of its ConfigMap. */
import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../manifest/object.ts';
import { documentOf, kindLabel } from './config-map-store.ts';
import { parseDocument } from './schema.ts';

export type RequestTarget =
  | { readonly kind: 'release'; readonly namespace: string; readonly release: string }
  | { readonly kind: 'repository' | 'environment'; readonly name: string }
  | { readonly kind: 'daemon' };

export function targetName(target: RequestTarget): string {
  if (target.kind === 'release') return releaseTarget(target.namespace, target.release);
  if (target.kind === 'repository') return repositoryTarget(target.name);
  return target.kind === 'environment' ? environmentTarget(target.name) : daemonTarget;
}

/** Of a ConfigMap of ours; undefined where it cannot be told. */
export function requestTargetOf(configMap: KubernetesObject): RequestTarget | undefined {
  const kind = configMap.metadata.labels?.[kindLabel];
  if (kind === 'daemon') return { kind };
  const name = configMap.metadata.name ?? '';
  if (kind === 'release') {
    const [, namespace = '', ...release] = name.split('.');
    return { kind, namespace, release: release.join('.') };
  }
  if (kind !== 'repository' && kind !== 'environment') return undefined;
  // The ConfigMap's own name may be hashed; the state knows the real one.
  const { text } = documentOf(configMap);
  try {
    const stated = text === undefined ? undefined : parseDocument(text, name).name;
    return typeof stated === 'string' ? { kind, name: stated } : undefined;
  } catch {
    return undefined;
  }
}

export function releaseTarget(namespace: string, release: string): string {
  return `release.${namespace}.${release}`;
}

export function repositoryTarget(name: string): string {
  return safeName('repository', name);
}

export function environmentTarget(name: string): string {
  return safeName('environment', name);
}

export const daemonTarget = 'daemon';

/** What is no DNS name as it stands gets a hash, so that two names never share a ConfigMap. */
function safeName(prefix: string, name: string): string {
  if (name.length <= 200 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name))
    return `${prefix}.${name}`;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return [`${prefix}.${readable}`, hash].join(readable === '' || readable.endsWith('-') ? '' : '-');
}
