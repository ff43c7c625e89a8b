/**
 * The end of what was promoted by a pull request: merged by whomever, or closed since it is of no use any more. What the forge
 * says of it counts; what is remembered goes when nothing is open there.
 */
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import type { Forge, ForgeRequest } from '../../foundation/forge/forge.ts';
import type { PromotionState, ProposedPromotion } from '../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { changePromotion, keptDecisions, type Promoting, type PromotionTarget, readState, tell } from './promoting.ts';

/** The target has what its source has: a request that proposed something is merged, or of no use. */
export async function settleRequest(promoting: Promoting, target: PreparedRelease): Promise<void> {
  const key = definitionId(target.definition);
  if (promoting.settled.has(key)) return;
  const { proposed, waiting } = (await readState(promoting, target))?.promotion ?? {};
  // Nothing is left to be decided.
  if (waiting !== undefined) await changePromotion(promoting, target, ({ waiting: _waiting, ...before }) => before);
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
  /** Where the daemon has merged it. */
  readonly approvedBy?: string;
}

export async function settleMerged(
  promoting: Promoting,
  target: PromotionTarget,
  { proposed, request: { head, merged }, approvedBy }: Merged,
): Promise<void> {
  const { id, values = {}, request } = proposed;
  const at = promoting.now().toISOString();
  const commit = merged === undefined ? {} : { commit: merged };
  await keepPromoted(promoting, target, { id, at, values, head, ...commit });
  const approved = approvedBy ? { approvedBy } : {};
  tell(promoting, target, { event: 'promotion.merged', id, url: request?.url ?? '', ...commit, ...approved });
}

/** What an environment has got now: nothing of what was decided of the version before concerns it. */
export async function keepPromoted(
  promoting: Promoting,
  target: PromotionTarget,
  last: NonNullable<PromotionState['last']>,
): Promise<void> {
  promoting.proposals.delete(definitionId(target.definition));
  let before: PromotionState = {};
  await changePromotion(promoting, target, (state) => {
    before = state;
    return { ...keptDecisions(state), last };
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
  promoting.proposals.delete(definitionId(target.definition));
  await changePromotion(promoting, target, ({ proposed: _proposed, ...before }) => before);
}

/** Closes what was proposed for environments that get their version from no other one any more. */
export async function withdrawUnwanted(promoting: Promoting): Promise<void> {
  for (const target of await proposedTo(promoting)) {
    if (!isUnwanted(promoting, target)) continue;
    try {
      const state = await readState(promoting, target);
      const known = promoting.proposals.get(definitionId(target.definition))?.proposed;
      const proposed = state === undefined ? known : state.promotion?.proposed;
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

/** By what is remembered in the clusters, and of releases that have gone since by what was seen of them. */
async function proposedTo({ sessions, proposals }: Promoting): Promise<Iterable<PromotionTarget>> {
  const targets = new Map([...proposals].map(([id, { target }]) => [id, withoutPath(target)]));
  for (const [cluster, { session }] of sessions) {
    // That a cluster is out of reach is told by who watches it.
    for (const { identity, proposed } of await session.known.all().catch(() => [])) {
      const { app, environment, namespace, release: releaseName, repository } = identity;
      const definition = { app, environment, cluster, namespace, releaseName };
      if (proposed) targets.set(definitionId(definition), { definition, checkout: { repository } });
    }
  }
  return targets.values();
}

function withoutPath({ definition, checkout }: PromotionTarget): PromotionTarget {
  const { app, environment, cluster, namespace, releaseName } = definition;
  return { definition: { app, environment, cluster, namespace, releaseName }, checkout };
}

/** Nothing is taken back because something could not be read. */
function isUnwanted({ last }: Promoting, { definition, checkout }: PromotionTarget): boolean {
  const read = last.get(checkout.repository)?.synced;
  if (read === undefined || read.problems.length > 0 || read.unreadFiles.length > 0) return false;
  const id = definitionId(definition);
  const definitions = [...last.values()].flatMap(({ synced }) => synced.defined);
  return definitions.find((one) => definitionId(one) === id)?.promote === undefined;
}
