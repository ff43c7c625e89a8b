import type { StateStore } from './open-state.ts';
import type { Freeze } from './shared-state.ts';

/** What is frozen in a cluster, by environment; under undefined the whole of it. */
export async function readFreezes(
  states: Pick<StateStore, 'daemon' | 'environments'>,
): Promise<Map<string | undefined, Freeze>> {
  const [daemon, environments] = await Promise.all([states.daemon(), states.environments()]);
  const found = new Map<string | undefined, Freeze>();
  if (daemon?.body.freeze) found.set(undefined, daemon.body.freeze);
  for (const { body } of environments) if (body.freeze) found.set(body.name, body.freeze);
  return found;
}

/** That of the whole cluster first; one that is over holds nothing. */
export function freezeAt(
  freezes: ReadonlyMap<string | undefined, Freeze>,
  environment: string,
  now: number,
): Freeze | undefined {
  return [freezes.get(undefined), freezes.get(environment)].find((one) => one !== undefined && !isOver(one, now));
}

export const isOver = ({ until }: Freeze, now: number): boolean => until !== undefined && Date.parse(until) <= now;
