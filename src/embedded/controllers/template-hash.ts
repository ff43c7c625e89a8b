/** The short hash of a pod template that names ReplicaSets and revisions, in the letters Kubernetes uses for it. */
import { stableJson } from '../../foundation/fields/path-element.ts';

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a over the template; Kubernetes hashes Go's print of it, so that its hashes differ from these. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(stableJson(template))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => letters[digit.charCodeAt(0) % letters.length]).join('');
}
