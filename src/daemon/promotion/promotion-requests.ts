/**
 * Pull requests of promotions: one for each target, kept equal to the version that its source has. It is opened when all but
 * reviews is there, brought up to date in place, closed when it is of no use, and merged where that is asked for. What was
 * done is told by the forge and by the trailers of the commit on the branch, so that nothing is done twice.
 */
import { createHash } from 'node:crypto';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { Forge } from '../../foundation/forge/forge.ts';
import type { OpenedForge } from '../../foundation/forge/open-forge.ts';
import type { ProposedPromotion, ReleaseState } from '../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { peopleIn } from '../../pipeline/definitions/promotion-schema.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { PlannedPromotion } from '../../pipeline/plan-promotion.ts';
import { previewPromotion } from '../../pipeline/preview-promotion.ts';
import { approversOf, closedGates, gatesTrailers } from '../../pipeline/promote/gates.ts';
import { ownBranch } from '../../pipeline/source/own-branch.ts';
import { type AskedRequest, forgetProposed, isAimedElsewhere, proposeAgain } from './lost-requests.ts';
import { changePromotion, type Promoting, readState, tell } from './promoting.ts';
import { readKnown, settleMerged, withdraw } from './settle-promotion.ts';

const statusContext = 'helm-gitops/gates';
/** Characters; GitHub takes no more. */
const longestStatus = 140;
/** Of requests that are asked for: with more of them each is asked for more seldom. */
const atEachPause = 10;

/** Who reviewed it matters. */
const isReviewed = ({ definition: { settings } }: PreparedRelease): boolean =>
  peopleIn(settings.promotion.gates).some(({ forge }) => forge !== undefined);

/** Milliseconds: an open request may be reviewed, merged or closed at any time. */
export function nextQuestion(promoting: Promoting, target: PreparedRelease): number {
  const pause = promoting.pauseOf(target.checkout.repository) * Math.ceil(promoting.asked.size / atEachPause);
  const asked = promoting.asked.get(definitionId(target.definition));
  return asked === undefined ? promoting.now().getTime() : asked + pause;
}

/** Takes the state of the target, returns it with what the forge says of its request by now. */
export async function refreshRequest(
  promoting: Promoting,
  target: PreparedRelease,
  state: ReleaseState | undefined,
): Promise<ReleaseState | undefined> {
  const proposed = state?.promotion?.proposed;
  const { request } = proposed ?? {};
  const { now } = promoting;
  const key = definitionId(target.definition);
  if (proposed !== undefined) promoting.proposals.set(key, { target, proposed });
  if (proposed === undefined || request === undefined) return state;
  const believed = (one: ProposedPromotion) => {
    const known = promoting.reviews.get(key);
    const said = known?.commit === one.commit ? known : { approvedBy: [], rejectedBy: one.rejectedBy ?? [] };
    return state && { ...state, promotion: { ...state.promotion, proposed: { ...one, ...said } } };
  };
  if (nextQuestion(promoting, target) > now().getTime()) return believed(proposed);
  promoting.asked.set(key, now().getTime());
  const opened = await promoting.forgeOf(target.checkout.repository);
  if ('missing' in opened) return believed(proposed);
  const known = await readKnown(opened.forge, request.number);
  if (known !== undefined && isAimedElsewhere(proposed, known))
    return await proposeAgain(promoting, target, { state: believed(proposed), proposed, known });
  if (known?.state === 'merged')
    return await mergedElsewhere(promoting, target, { state: believed(proposed), proposed, known });
  // What somebody else has pushed there since was not looked at by anybody of ours.
  const isAsked = known?.state === 'open' && proposed.commit.startsWith(known.head) && isReviewed(target);
  const reviews = isAsked ? await opened.forge.reviews(known) : [];
  const people = (verdict: string) => reviews.filter((one) => one.verdict === verdict).map(({ person }) => person);
  const [approvedBy, rejectedBy] = [people('approved'), people('rejected')];
  promoting.reviews.set(key, { commit: proposed.commit, approvedBy, rejectedBy });
  // One that somebody has taken away altogether was closed too.
  const closed = known?.state !== 'open';
  if (closed && !proposed.closed && !(await promoting.isFollowedThere(target.checkout.repository)))
    return await forgetProposed(promoting, target, state);
  const said = (one: ProposedPromotion) =>
    JSON.stringify([one.approvedBy ?? [], one.rejectedBy ?? [], one.closed ?? false]);
  const found = { ...proposed, approvedBy, rejectedBy, closed };
  if (said(found) !== said(proposed))
    await changePromotion(promoting, target, (before) => ({ ...before, proposed: found }));
  return believed(found);
}

/** Merged on top of a history that was rewritten since it would bring back what was taken out of that. */
async function isBased(
  { based, isOnHistory }: Promoting,
  { definition, checkout }: PreparedRelease,
  { commit, branch }: ProposedPromotion,
): Promise<boolean> {
  const key = definitionId(definition);
  const asked = `${commit} ${checkout.revision}`;
  if (based.get(key) === asked) return true;
  if (!(await isOnHistory(checkout, { commit, branch }))) return false;
  based.set(key, asked);
  return true;
}

/** Somebody has merged or closed it since it was asked for. */
async function isOver(known: ProposedPromotion | undefined, opened: OpenedForge): Promise<boolean> {
  if (known?.request === undefined || known.closed || 'missing' in opened) return false;
  return (await readKnown(opened.forge, known.request.number))?.state !== 'open';
}

/** Of a target that lacks its version still: either git was read before, or somebody has merged something else. */
async function mergedElsewhere(
  promoting: Promoting,
  target: PreparedRelease,
  { state, proposed, known }: AskedRequest,
): Promise<ReleaseState | undefined> {
  const { checkout } = target;
  if (!(await promoting.contains(checkout, known.merged ?? known.head))) {
    promoting.onWritten(checkout.repository);
    return state;
  }
  await settleMerged(promoting, target, { proposed, request: known });
  return await readState(promoting, target);
}

/** Makes the request what it has to be; returns it while it is open. */
export async function keepRequest(
  promoting: Promoting,
  target: PreparedRelease,
  planned: PlannedPromotion,
): Promise<ProposedPromotion | undefined> {
  const known = planned.state?.proposed;
  const final = planned.gates.find((gate) => !gate.open && gate.final);
  if (final !== undefined) {
    if (known?.id === planned.id) await withdraw(promoting, target, { proposed: known, why: final.message });
    return undefined;
  }
  // With other lines there than it replaces it would not apply.
  const isSame = known?.id === planned.id && (known.closed || (known.basis ?? basisOf(planned)) === basisOf(planned));
  const isThere = isSame && (known.closed || (await isBased(promoting, target, known)));
  if (!isThere && !planned.mayPropose) return known;
  const opened = await promoting.forgeOf(target.checkout.repository);
  const isComplete = isThere && (known.request !== undefined || 'missing' in opened);
  // Merged and marked at the next look, by which its gates know it.
  if (!isComplete && planned.mayPropose)
    // What became of it counts first, when it is due.
    return (await isOver(known, opened)) ? known : propose(promoting, target, planned);
  if (known?.request === undefined || 'missing' in opened) return known;
  const kept = { planned, proposed: known, forge: opened.forge };
  if (await mergeWhenOpen(promoting, target, { ...kept, number: known.request.number })) return undefined;
  await mark(promoting, target, kept);
  return known;
}

/** Of the lines that it replaces, wherever they stand. */
function basisOf({ promotion }: PlannedPromotion): string {
  const lines = promotion.edits.map(({ file, removed }) => [file, removed]);
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 16);
}

/** Pushes the version to a branch of its own, and opens a request from it or brings the open one up to date. */
async function propose(
  promoting: Promoting,
  target: PreparedRelease,
  planned: PlannedPromotion,
): Promise<ProposedPromotion | undefined> {
  const { write, now, onWritten, forgeOf } = promoting;
  const { promotion, id, edited, values, state } = planned;
  const { checkout, definition } = target;
  const trailer = `Helm-Gitops-Promotion: ${promotion.id}`;
  const aside = { ...ownBranch('promote', definition), ours: [state?.proposed?.commit, state?.last?.head], trailer };
  const written = await write({ checkout, files: promotion.files, message: promotion.message, aside });
  if (written.type !== 'pushed') {
    onWritten(checkout.repository);
    return undefined;
  }
  const { commit, branch, onto } = written;
  const opened = await forgeOf(checkout.repository);
  const [title = ''] = promotion.message.split('\n');
  const opening = { branch, target: onto, title, labels: ['helm-gitops', definition.environment] };
  const request =
    'missing' in opened
      ? undefined
      : await opened.forge.openRequest({ ...opening, body: await textOf(promoting, target, planned) });
  const at = now().toISOString();
  const proposed: ProposedPromotion = {
    ...{ id, at, branch, onto, commit, values, basis: basisOf(planned) },
    ...(request === undefined ? {} : { request: { number: request.number, url: request.url } }),
  };
  await changePromotion(promoting, target, (before) => ({ ...before, proposed }));
  const key = definitionId(definition);
  promoting.settled.delete(key);
  promoting.proposals.set(key, { target, proposed });
  promoting.asked.set(key, now().getTime());
  const isMerged = definition.promote?.merge === true && edited.length === 0 && request !== undefined;
  const where = request?.url ?? branch;
  const what = isMerged ? `${where} is merged when every gate is open` : `merge ${where} to promote it`;
  const why = edited.length === 0 ? '' : ` (${edited.join(', ')} changed by hand since the last promotion)`;
  const without = 'missing' in opened ? `; no pull request: ${opened.missing}` : '';
  const message = `${what}${why}${without}`;
  const url = request === undefined ? {} : { url: request.url };
  const changed = promotion.changes.join('; ');
  tell(promoting, target, { event: 'promotion.proposed', id, commit, branch, ...url, message, changed });
  return proposed;
}

async function textOf(promoting: Promoting, target: PreparedRelease, planned: PlannedPromotion): Promise<string> {
  const { describe, compat, sessions } = promoting;
  const context = sessions.get(target.definition.cluster)?.session.context;
  if (context === undefined) throw new Error(`no work is done in cluster ${target.definition.cluster}`);
  const preview = await previewPromotion(context, { target, promotion: planned.promotion, compat }).catch((thrown) => {
    if (context.signal.aborted) throw thrown;
    return { failed: asHelmGitopsError(thrown).message };
  });
  const text = describe({ target, planned, preview });
  return context.mask?.text(text) ?? text;
}

interface Kept {
  readonly planned: PlannedPromotion;
  readonly proposed: ProposedPromotion;
  readonly forge: Forge;
}

/** True when it is merged. What a person has set since is for a person to overwrite. */
async function mergeWhenOpen(
  promoting: Promoting,
  target: PreparedRelease,
  { planned, proposed, number, forge }: Kept & { readonly number: number },
): Promise<boolean> {
  const { id, promotion, gates, edited } = planned;
  if (target.definition.promote?.merge !== true || edited.length > 0 || !gates.every(({ open }) => open)) return false;
  const request = await forge.readRequest(number);
  if (request.state !== 'open' || !proposed.commit.startsWith(request.head) || isAimedElsewhere(proposed, request))
    return false;
  const outcome = await forge.merge(request, `${promotion.message}${gatesTrailers(gates)}\n`);
  if (outcome.type === 'refused') {
    const message = `${request.url} is not merged by the forge: ${outcome.message}`;
    tell(promoting, target, { event: 'promotion.waiting', id, reason: 'merge', message });
    return false;
  }
  const { repository, revision } = target.checkout;
  promoting.written.set(repository, revision);
  const merged = { ...request, merged: outcome.commit };
  await settleMerged(promoting, target, { proposed, request: merged, approvedBy: approversOf(gates) });
  promoting.onWritten(repository);
  return true;
}

/** Each text once: a token without that right is told of, and keeps nothing else from being done. */
async function mark(promoting: Promoting, target: PreparedRelease, { planned, proposed, forge }: Kept): Promise<void> {
  const closed = closedGates(planned.gates).map(({ message }) => message);
  await setMark(promoting, target, { proposed, forge, closed });
}

interface Marked {
  readonly proposed: ProposedPromotion;
  readonly forge: Forge;
  /** Why it does not go yet. */
  readonly closed: readonly string[];
}

async function setMark(
  promoting: Promoting,
  target: PreparedRelease,
  { proposed, forge, closed }: Marked,
): Promise<void> {
  const text = closed.length === 0 ? 'every gate is open' : closed.join('; ');
  const description = text.length > longestStatus ? `${text.slice(0, longestStatus - 1)}…` : text;
  const key = definitionId(target.definition);
  const mark = `${proposed.commit} ${description}`;
  if (promoting.marked.get(key) === mark) return;
  promoting.marked.set(key, mark);
  const state = closed.length === 0 ? 'success' : 'pending';
  await forge.setStatus(proposed.commit, { context: statusContext, state, description }).catch((thrown: unknown) => {
    if (asHelmGitopsError(thrown).fault === 'transient') promoting.marked.delete(key);
    throw thrown;
  });
}

/** No version can be told that it should have: what is proposed is not to be merged meanwhile. */
export async function holdRequest(promoting: Promoting, target: PreparedRelease, why: string): Promise<void> {
  const proposed = (await readState(promoting, target))?.promotion?.proposed;
  if (proposed?.request === undefined || proposed.closed) return;
  const opened = await promoting.forgeOf(target.checkout.repository);
  if ('forge' in opened) await setMark(promoting, target, { proposed, forge: opened.forge, closed: [why] });
}
