/**
 * Takes writes in Helm's order, returns them in groups that may be written side by side: one kind each, and what another
 * names before it. Only kinds that Helm's order does not list are moved: among those it goes by the kind's name, which
 * says nothing, and all of them stay behind the others. It compares texts, reads nothing and waits for nothing.
 */
import { isListedKind } from '../../foundation/manifest/kind-order.ts';
import type { ObjectKey } from '../../foundation/manifest/object.ts';
import type { Change } from '../plan/plan.ts';
import { consecutiveKinds } from './consecutive-kinds.ts';

const keyOf = ({ key }: Pick<Change, 'key'>) => key;

export function namedFirst(writes: readonly Change[]): Change[][] {
  const isListed = ({ key }: Change) => isListedKind(key.kind);
  const listed = consecutiveKinds(writes.filter(isListed), keyOf);
  const levels: Change[][] = [];
  const levelOf = levelsOf(writes.filter((change) => !isListed(change)));
  for (const [change, level] of levelOf) {
    levels[level] ??= [];
    levels[level].push(change);
  }
  return [...listed, ...levels.flatMap((level) => consecutiveKinds(level, keyOf))];
}

/** Of each, in the order given, the length of the longest chain of names that begins with it; a circle counts once. */
function levelsOf(changes: readonly Change[]): Map<Change, number> {
  const names = namesOf(changes);
  const levels = new Map<Change, number>();
  const within = new Set<Change>();
  const levelOf = (change: Change): number => {
    const known = levels.get(change);
    if (known !== undefined || within.has(change)) return known ?? 0;
    within.add(change);
    const level = Math.max(0, ...[...(names.get(change) ?? [])].map((named) => levelOf(named) + 1));
    within.delete(change);
    levels.set(change, level);
    return level;
  };
  return new Map(changes.map((change) => [change, levelOf(change)]));
}

function namesOf(changes: readonly Change[]): Map<Change, Set<Change>> {
  const byName = Map.groupBy(changes, ({ key }) => key.name);
  return new Map(
    changes.map((change) => {
      const { metadata: _metadata, status: _status, ...fields } = change.object;
      const named = new Set<Change>();
      collect(fields, '', (reference) => {
        for (const other of byName.get(reference.name) ?? [])
          if (other !== change && isMeant(reference, change.key, other.key)) named.add(other);
      });
      return [change, named];
    }),
  );
}

interface Reference {
  readonly name: string;
  readonly kind: string;
  readonly group: string | undefined;
  readonly namespace: string | undefined;
}

/** Every `{kind, name}`, and every `thingRef: {name}` and `thingName: name` of a kind Thing. */
function collect(value: unknown, field: string, found: (reference: Reference) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, field, found);
    return;
  }
  if (typeof value === 'string') {
    if (field.endsWith('Name'))
      found({ name: value, kind: field.slice(0, -4), group: undefined, namespace: undefined });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Readonly<Record<string, unknown>>;
  const name = text(fields, 'name');
  const kind = text(fields, 'kind') ?? /^(.+?)Refs?$/.exec(field)?.[1];
  if (name !== undefined && kind !== undefined) {
    const group =
      text(fields, 'group') ?? text(fields, 'apiGroup') ?? text(fields, 'apiVersion')?.replace(/\/?[^/]*$/, '');
    found({ name, kind, group, namespace: text(fields, 'namespace') });
  }
  for (const [key, item] of Object.entries(fields)) collect(item, key, found);
}

function isMeant({ kind, group, namespace }: Reference, from: ObjectKey, to: ObjectKey): boolean {
  return (
    to.kind.toLowerCase() === kind.toLowerCase() &&
    (group === undefined || to.group === group) &&
    (to.namespace === '' || to.namespace === (namespace ?? from.namespace))
  );
}

function text(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
