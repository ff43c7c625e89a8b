/** Takes a release and what the loop knows of the others, returns what it has to wait for. */
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import type { Loop } from './release-entry.ts';

/** What has to be healthy first: named dependencies, and in the same environment every lower wave. */
export function findBlocker(
  loop: Pick<Loop, 'model' | 'entries' | 'expected'>,
  { definition }: PreparedRelease,
): { id: string; message: string } | undefined {
  const views = new Map(loop.model.releases().map((view) => [`${view.app}/${view.environment}`, view]));
  const isReady = (id: string) => ['healthy', 'rolledBack', 'observed'].includes(views.get(id)?.health ?? '');
  for (const dependency of definition.settings.dependsOn) {
    const id = definitionId(dependency);
    if (!views.has(id) && loop.expected.has(id)) return { id, message: 'a dependency is not healthy yet' };
    if (!views.has(id) && dependency.optional) continue;
    if (!isReady(id))
      return { id, message: views.has(id) ? 'a dependency is not healthy yet' : 'a dependency is not defined' };
  }
  const { wave } = definition.settings.sync;
  const others = [...[...loop.entries.values()].map(({ prepared }) => prepared.definition), ...loop.expected.values()];
  for (const other of others) {
    const { environment, settings } = other;
    const id = definitionId(other);
    if (environment === definition.environment && settings.sync.wave < wave && !isReady(id))
      return { id, message: `wave ${settings.sync.wave} comes first` };
  }
  return undefined;
}
