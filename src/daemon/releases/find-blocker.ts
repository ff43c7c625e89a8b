/** Takes a release and what the loop knows of the others, returns what it has to wait for. */
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { Loop } from './release-entry.ts';

export const isReady = ({ model }: Pick<Loop, 'model'>, id: string): boolean =>
  ['healthy', 'rolledBack', 'observed'].includes(model.release(id)?.health ?? '');

export interface Blocker {
  /** `shop/prod` */
  readonly id: string;
  readonly message: string;
}

/** What has to be healthy first: named dependencies, and in the same environment every lower wave. */
export function findBlocker(
  loop: Pick<Loop, 'model' | 'entries' | 'across'>,
  { definition }: PreparedRelease,
): Blocker | undefined {
  const { model, entries } = loop;
  const { expected, elsewhere } = loop.across;
  for (const dependency of definition.settings.dependsOn) {
    const id = definitionId(dependency);
    const isKnown = model.release(id) !== undefined;
    if (!isKnown && expected.has(id)) return { id, message: 'a dependency is not healthy yet' };
    if (!isKnown && dependency.optional) continue;
    if (isKnown && dependency.ready !== undefined) continue;
    if (!isReady(loop, id))
      return { id, message: isKnown ? 'a dependency is not healthy yet' : 'a dependency is not defined' };
  }
  const { wave } = definition.settings.sync;
  // Every job asks, and nearly all are of the same wave: that is asked first.
  const isBefore = ({ environment, settings }: ReleaseDefinition) =>
    environment === definition.environment && settings.sync.wave < wave;
  const isFirst = (other: ReleaseDefinition) => isBefore(other) && !isReady(loop, definitionId(other));
  const isFirstPrepared = (prepared: PreparedRelease) => isFirst(prepared.definition);
  const prepared =
    entries
      .values()
      .map((entry) => entry.prepared)
      .find(isFirstPrepared) ?? elsewhere(definition.cluster).find(isFirstPrepared);
  const first = prepared?.definition ?? expected.values().find(isFirst);
  return first && { id: definitionId(first), message: `wave ${first.settings.sync.wave} comes first` };
}
