/**
 * What people decide by the API. Who they are, and whether they may, is asked of the cluster in which the release is
 * remembered, and of no other: a token is shown to nobody else. From there it is a request like everybody's.
 */
import { randomBytes } from 'node:crypto';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { type KnownUser, reviewAccess, reviewToken } from '../../foundation/cluster/review-access.ts';
import type { Event } from '../../foundation/events/event.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import type { PersonRequest, StoredState } from '../../foundation/state/release-state.ts';
import type { RequestTarget } from '../../foundation/state/request-target.ts';
import { hasWaited } from '../../foundation/state/waited.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { Work } from '../clusters/keep-cluster.ts';
import type { Decide, Decided, Deciding } from '../control.ts';
import { limitRate } from './limit-rate.ts';
import type { Answer } from './requests.ts';

export interface DecisionsOptions {
  readonly sessions: ReadonlyMap<string, Pick<Work, 'session' | 'states'>>;
  /** Clusters in which nothing can be looked for now. */
  readonly missing: () => readonly string[];
  readonly answer: (cluster: string, target: RequestTarget, request: PersonRequest) => Promise<Answer>;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface Decisions {
  readonly decide: Decide;
  /** A version was promoted. */
  noted(event: Event): void;
}

/** Each may be two calls to an API server. */
const rate = { burst: 20, perSecond: 2 };
/** Milliseconds that an API server is given. */
const patience = 10_000;

export function createDecisions(options: DecisionsOptions): Decisions {
  const turn = limitRate(rate, options.now);
  return {
    decide: async (deciding) => {
      const after = turn();
      if (after > 0) return { status: 'limited', after };
      try {
        return await decide(options, deciding);
      } catch (error) {
        const { message, hint, fault } = asHelmGitopsError(error);
        if (fault === 'internal') throw error;
        return { status: 'unavailable', message, hint };
      }
    },
    noted(event) {
      if (event.event === 'promotion.committed' || event.event === 'promotion.merged') endSeals(options, event);
    },
  };
}

/** What was said of a version that is promoted counts once. */
function endSeals(
  { sessions, emit, signal }: DecisionsOptions,
  { id, cluster }: { readonly id?: string; readonly cluster: string },
): void {
  const seals = sessions.get(cluster)?.session.seals;
  if (id === undefined || seals === undefined) return;
  seals.end(id).catch((error: unknown) => {
    if (!signal.aborted && asHelmGitopsError(error).fault === 'internal') emit(internalError(error));
  });
}

interface Found {
  readonly cluster: string;
  readonly stored: StoredState;
}

async function decide(options: DecisionsOptions, deciding: Deciding): Promise<Decided> {
  const { sessions, missing, emit } = options;
  const { id, decision: verb } = deciding;
  const found = await findDecided(sessions, id);
  const work = found && sessions.get(found.cluster);
  if (found === undefined || work === undefined) {
    const out = missing();
    if (out.length === 0) return { status: 'unknown', message: `nothing waits by the name ${id}`, hint: listed };
    const message = `nothing waits by the name ${id} as far as is known: nothing is known of ${out.join(', ')}`;
    return { status: 'unavailable', message };
  }
  const { cluster, stored } = found;
  const { client } = work.session.context;
  const user = await admit(options, { client, namespace: work.states.namespace, token: deciding.token });
  const refuse = (refused: Extract<Decided, { message: string }>, by?: string): Decided => {
    const target = definitionId(stored.state.identity);
    const who = by === undefined ? {} : { by };
    emit({ event: 'request.refused', verb, id, target, ...who, via: 'api', message: refused.message });
    return refused;
  };
  if (user === undefined)
    return refuse({ status: 'unauthenticated', message: `cluster ${cluster} knows no such token, or no longer` });
  if (!user.may) {
    const message = `${user.name} may not patch ConfigMaps in namespace ${work.states.namespace} of cluster ${cluster}`;
    return refuse({ status: 'forbidden', message, hint: 'that right is what deciding takes' }, user.name);
  }
  const { identity } = stored.state;
  const target = { kind: 'release', namespace: identity.namespace, release: identity.release } as const;
  const given = { id, ...(deciding.reason === undefined ? {} : { reason: deciding.reason }) };
  const request = { verb, id: randomBytes(4).toString('hex'), arguments: given, user: user.name };
  const { outcome, message = 'refused', forbidden, since } = await options.answer(cluster, target, request);
  const { app, environment } = identity;
  const stands = since === undefined ? {} : { since };
  if (outcome === 'done') return { status: 'done', app, environment, by: user.name, ...stands };
  return { status: forbidden ? 'forbidden' : 'conflict', message: `${app}/${environment}: ${message}` };
}

const listed = 'helm-gitops promotions and helm-gitops plans list what waits';

/** What waits, else what has waited. From what is known of the states: no API server is asked. */
async function findDecided(sessions: DecisionsOptions['sessions'], id: string): Promise<Found | undefined> {
  let former: Found | undefined;
  for (const [cluster, { states }] of sessions) {
    for (const stored of await states.list()) {
      const { promotion, plan } = stored.state;
      if (promotion?.waiting?.id === id || plan?.plan.id === id) return { cluster, stored };
      if (hasWaited(stored.state, id)) former ??= { cluster, stored };
    }
  }
  return former;
}

interface Asked {
  readonly client: ClusterClient;
  /** Of the state. */
  readonly namespace: string;
  readonly token: string;
}

async function admit(
  { signal: ending }: DecisionsOptions,
  { client, namespace, token }: Asked,
): Promise<(KnownUser & { readonly may: boolean }) | undefined> {
  const signal = AbortSignal.any([ending, AbortSignal.timeout(patience)]);
  const user = await reviewToken(client, token, { signal });
  if (user === undefined) return undefined;
  const right = { namespace, verb: 'patch', group: '', resource: 'configmaps' };
  return { ...user, may: await reviewAccess(client, user, right, { signal }) };
}
