/** Takes what a Kustomization says of variables and what lies beside it, returns those that are known here. Pure. */
import type { FluxWorld } from './flux-world.ts';
import type { KustomizationSpec } from './kustomization-schema.ts';
import { objectTexts } from './object-texts.ts';
import type { KnownVariables } from './substitute-object.ts';

export function variablesOf(
  { postBuild }: KustomizationSpec,
  { namespace, world }: { readonly namespace: string; readonly world: FluxWorld },
): KnownVariables {
  const values = new Map<string, string>();
  const unread: string[] = [];
  for (const { kind, name, optional } of postBuild?.substituteFrom ?? []) {
    const object = world.find(kind, namespace, name);
    const texts = object && objectTexts(object);
    for (const [key, text] of texts ?? []) values.set(key, text.replaceAll('\n', ''));
    if (texts === undefined && !(optional && object === undefined)) unread.push(`${kind} ${name}`);
  }
  for (const [key, text] of Object.entries(postBuild?.substitute ?? {}))
    values.set(key, String(text).replaceAll('\n', ''));
  return { values, unread, always: postBuild?.substituteStrategy === 'Always' };
}
