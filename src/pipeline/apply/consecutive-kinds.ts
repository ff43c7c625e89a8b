/** Takes things in Helm's order of kinds, returns them in groups of one kind each: what may be written side by side. */
import type { ObjectKey } from '../../foundation/manifest/object.ts';

export function consecutiveKinds<Item>(items: readonly Item[], keyOf: (item: Item) => ObjectKey): Item[][] {
  const groups: Item[][] = [];
  let before: ObjectKey | undefined;
  for (const item of items) {
    const key = keyOf(item);
    if (before?.kind === key.kind && before.group === key.group) groups.at(-1)?.push(item);
    else groups.push([item]);
    before = key;
  }
  return groups;
}
