/** Argo CD's `argocd.argoproj.io/sync-options` on a single object: what must not happen to it, whoever deploys it. */
import type { KubernetesObject } from './object.ts';

export const syncOptionsName = 'argocd.argoproj.io/sync-options';

/** `Prune=false`, `Delete=confirm`; without the spaces around the commas between them. */
export function syncOptionsIn(text: string): string[] {
  return text.split(',').flatMap((option) => (option.trim() === '' ? [] : [option.trim()]));
}

export function hasSyncOption({ metadata }: KubernetesObject, ...options: readonly string[]): string | undefined {
  const given: unknown = metadata.annotations?.[syncOptionsName];
  if (typeof given !== 'string') return undefined;
  return syncOptionsIn(given).find((option) => options.includes(option));
}
