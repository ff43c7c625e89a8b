/** Answers `freeze` and `unfreeze`: requests to the daemon itself, of one environment or of the whole cluster. */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { PersonRequest } from '../../foundation/state/release-state.ts';
import type { Freezes } from './freezes.ts';

export interface FreezeOptions {
  readonly freezes: Pick<Freezes, 'set' | 'lift'>;
  readonly states: Pick<StateStore, 'list'>;
  readonly now: () => Date;
}

export interface FreezeAnswer {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
}

/** Asked again, as after a restart, it says the same. */
export async function changeFreeze(options: FreezeOptions, request: PersonRequest): Promise<FreezeAnswer> {
  const { verb, problem, arguments: given } = request;
  if (problem) return refused(problem);
  if (verb !== 'freeze' && verb !== 'unfreeze') return refused(`the daemon does not understand "${verb}"`);
  const { environment, reason, until } = given;
  for (const [name, value] of Object.entries({ environment, reason, until, by: given['by'] }))
    if (value !== undefined && (typeof value !== 'string' || value === '')) return refused(`${name} is no text`);
  const by = typeof given['by'] === 'string' ? given['by'] : 'a person';
  const named = environment as string | undefined;
  const what = named === undefined ? 'the cluster' : `environment ${named}`;
  try {
    if (verb === 'unfreeze') {
      const lifted = await options.freezes.lift(named, by);
      return { outcome: 'done', message: lifted ? `${what} is frozen no more` : `${what} was not frozen` };
    }
    return await freeze(options, { by, what, environment: named, reason, until });
  } catch (error) {
    return refused(asHelmGitopsError(error).message);
  }
}

interface Wanted {
  readonly by: string;
  readonly what: string;
  readonly environment: string | undefined;
  readonly reason: unknown;
  readonly until: unknown;
}

async function freeze({ freezes, states, now }: FreezeOptions, wanted: Wanted): Promise<FreezeAnswer> {
  const { by, what, environment, reason, until } = wanted;
  if (typeof reason !== 'string') return refused('a freeze needs a reason');
  const end = typeof until === 'string' ? Date.parse(until) : undefined;
  if (Number.isNaN(end)) return refused(`until: "${until}" is no time`);
  if (end !== undefined && end <= now().getTime()) return refused(`until: ${until} is over`);
  const isKnown = async () => (await states.list()).some(({ state }) => state.identity.environment === environment);
  if (environment !== undefined && !(await isKnown())) return refused(`no release of ${what} is in this cluster`);
  const ends = end === undefined ? {} : { until: new Date(end).toISOString() };
  await freezes.set(environment, { by, at: now().toISOString(), reason, ...ends });
  return { outcome: 'done', message: `${what} is frozen; rollbacks go on` };
}

const refused = (message: string): FreezeAnswer => ({ outcome: 'refused', message });
