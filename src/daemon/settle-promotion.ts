/**
 * The end of what was promoted by a pull request: merged by whomever, or closed since it is of no use any more. What the forge
 * says of it counts; what is remembered goes when nothing is open there.
 */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import { internalError } from '../foundation/events/internal-error.ts';
import type { Forge, ForgeRequest } from '../foundation/forge/forge.ts';
import type { PromotionState, ProposedPromotion } from '../foundation/state/release-state.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { KnownState } from './known-states.ts';
import { changePromotion, type Promoting, type PromotionTarget, readState, tell } from './promoting.ts';

/** The target has what its source has: a request that proposed something is merged, or of no use. */
export async function settleRequest(promoting: Promoting, target: PreparedRelease): Promise<void> {
  const key = definitionId(target.definition);
  if (promoting.settled.has(key)) return;
  const proposed = (await readState(promoting, target))?.promotion?.proposed;
  const opened = proposed?.request && (await promoting.forgeOf(target.checkout.repository));
  if (proposed?.request !== undefined && opened !== undefined && 'forge' in opened) {
    const request = await readKnown(opened.forge, proposed.request.number);
    if (request?.state === 'merged') await settleMerged(promoting, target, { proposed, request });
    else {
      const why = `${target.definition.environment} has the version of ${target.definition.promote?.from.join(', ')}`;
      await withdraw(promoting, target, { proposed, why });
    }
  }
  promoting.settled.add(key);
  promoting.asked.delete(key);
}

/** Undefined: somebody has taken it away. */
export async function readKnown(forge: Forge, number: number): Promise<ForgeRequest | undefined> {
  return await forge.readRequest(number).catch((error: unknown) => {
    if (error instanceof HelmGitopsError && error.code === 'forge.not-found') return undefined;
    throw error;
  });
}

interface Merged {
  readonly proposed: ProposedPromotion;
  readonly request: Pick<ForgeRequest, 'head' | 'merged'>;
}

export async function settleMerged(
  promoting: Promoting,
  target: PromotionTarget,
  { proposed, request: { head, merged } }: Merged,
): Promise<void> {
  const { id, values = {}, request } = proposed;
  const at = promoting.now().toISOString();
  const commit = merged === undefined ? {} : { commit: merged };
  await keepPromoted(promoting, target, { id, at, values, head, ...commit });
  tell(promoting, target, { event: 'promotion.merged', id, url: request?.url ?? '', ...commit });
}

/** What an environment has got now: nothing of what was decided of the version before concerns it. */
export async function keepPromoted(
  promoting: Promoting,
  target: PromotionTarget,
  last: NonNullable<PromotionState['last']>,
): Promise<void> {
  let before: PromotionState = {};
  await changePromotion(promoting, target, (state) => {
    before = state;
    return { ...(state.rejected ? { rejected: state.rejected } : {}), last };
  });
  const { takenBack } = before;
  const opened = takenBack?.request && (await promoting.forgeOf(target.checkout.repository));
  if (takenBack?.request === undefined || opened === undefined || !('forge' in opened)) return;
  const { number, url } = takenBack.request;
  if ((await readKnown(opened.forge, number))?.state !== 'open') return;
  const message = `${target.definition.environment} has got another version since`;
  await opened.forge.closeRequest(number, `**Closed:** ${message}`);
  tell(promoting, target, { event: 'promotion.closed', id: takenBack.id, url, message });
}

interface Withdrawn {
  readonly proposed: ProposedPromotion;
  readonly why: string;
}

/** Closes the request with the reason, and forgets it. */
export async function withdraw(
  promoting: Promoting,
  target: PromotionTarget,
  { proposed, why }: Withdrawn,
): Promise<void> {
  const { id, request, closed } = proposed;
  const opened = request && !closed ? await promoting.forgeOf(target.checkout.repository) : undefined;
  if (request !== undefined && opened !== undefined && 'forge' in opened) {
    await opened.forge.closeRequest(request.number, `**Closed:** ${why}`);
    tell(promoting, target, { event: 'promotion.closed', id, url: request.url, message: why });
  }
  await changePromotion(promoting, target, ({ proposed: _proposed, ...before }) => before);
}

/** Closes what was proposed for environments that get their version from no other one any more. */
export async function withdrawUnwanted(promoting: Promoting): Promise<void> {
  for (const [cluster, { session }] of promoting.sessions) {
    const known = await session.known.all().catch(() => []);
    for (const state of known) {
      const target = state.proposed ? unwanted(promoting, cluster, state) : undefined;
      if (target === undefined) continue;
      try {
        const proposed = (await readState(promoting, target))?.promotion?.proposed;
        const why = `${target.definition.environment} gets its version from no other environment any more`;
        if (proposed !== undefined) await withdraw(promoting, target, { proposed, why });
      } catch (thrown) {
        if (promoting.signal.aborted) return;
        const error = asHelmGitopsError(thrown);
        if (error.fault === 'internal') promoting.emit(internalError(error));
        else tell(promoting, target, { event: 'promotion.failed', message: error.message, hint: error.hint });
      }
    }
  }
}

/** Nothing is taken back because something could not be read. */
function unwanted(
  { last }: Promoting,
  cluster: string,
  { identity: { app, environment, namespace, release, repository } }: KnownState,
): PromotionTarget | undefined {
  const read = last.get(repository)?.synced;
  const id = definitionId({ app, environment });
  const definitions = [...last.values()].flatMap(({ synced }) => synced.defined);
  const defined = definitions.find((one) => definitionId(one) === id);
  if (read === undefined || read.problems.length > 0 || read.unreadFiles.length > 0 || isPromoted(defined))
    return undefined;
  return {
    definition: { app, environment, cluster, namespace, releaseName: release, promote: undefined },
    checkout: { repository },
  };
}

const isPromoted = (definition: ReleaseDefinition | undefined): boolean => definition?.promote !== undefined;
