/**
 * Takes what is known of the environments that a version comes from and of the one it goes to; returns each gate that it has
 * to pass, open or closed and why. What cannot be known counts as closed. Pure.
 */
import { formatDuration } from '../../foundation/base/duration.ts';
import { describeFreeze } from '../../foundation/state/describe-freeze.ts';
import type { PromotionState, ReleaseState, StandingDrift } from '../../foundation/state/release-state.ts';
import type { Freeze } from '../../foundation/state/shared-state.ts';
import type { ReleaseDefinition } from '../definitions/release-definition.ts';
import type { WindowState } from '../plan/sync-window.ts';
import { decisionsOn, peopleGate } from './people-gate.ts';

export interface GateInput {
  /** All of them have to be open. */
  readonly sources: readonly GateSource[];
  readonly target: { readonly definition: ReleaseDefinition; readonly state: ReleaseState | undefined };
  /** What the target depends on and is promoted too: whether that waits still. */
  readonly dependencies: readonly { readonly id: string; readonly waits: boolean }[];
  /** Later in the chain, rolled back; empty where that holds up nothing. */
  readonly downstream: readonly { readonly id: string; readonly reason: string }[];
  /** Of the target; undefined where it has none. */
  readonly windows: (WindowState & { readonly text: string }) | undefined;
  /** Of the target. */
  readonly freeze?: Freeze | undefined;
  /** Of what would be promoted. */
  readonly id: string;
  /** It goes by a pull request. */
  readonly byReview: boolean;
  readonly now: number;
}

export interface GateSource {
  /** `shop/dev` */
  readonly id: string;
  /** Of what git says. */
  readonly digest: string;
  readonly state: ReleaseState | undefined;
  /** Its tests run after each deploy. */
  readonly tests: boolean;
  /** What has drifted of it; undefined: that is not known yet. */
  readonly drift: readonly SourceDrift[] | undefined;
  /** Its health checks as they were measured just now; of a source that is not healthy none. */
  readonly checks: readonly MeasuredCheck[];
}

export type SourceDrift = Pick<StandingDrift, 'object' | 'kind' | 'severity' | 'accepted'>;

export interface MeasuredCheck {
  readonly name: string;
  /** Undefined: it cannot be told. */
  readonly ok: boolean | undefined;
  readonly message: string;
  /** When to measure it again, in milliseconds. */
  readonly again?: number;
  /** It is being measured: nothing is known yet. */
  readonly pending?: boolean;
}

export interface Gate {
  readonly name:
    | 'healthy'
    | 'after'
    | 'drift'
    | 'check'
    | 'tests'
    | 'dependencies'
    | 'downstream'
    | 'windows'
    | 'freeze'
    | 'approval'
    | 'rejected'
    | 'taken-back';
  /** Which of several of that name. */
  readonly of?: string;
  readonly open: boolean;
  readonly message: string;
  /** When it opens by itself, in milliseconds. */
  readonly opens?: number | undefined;
  /** Nothing tells when it opens: when it is worth to look again, in milliseconds. */
  readonly again?: number;
  /** What was measured, which cannot be told from the states. */
  readonly measured?: string;
  /** It will be known in a moment, and is not worth to be told of before. */
  readonly pending?: boolean;
  /** Closed for as long as it is this version. */
  readonly final?: boolean;
  /** Named people open it; the pull request, where there is one, has to be there first. */
  readonly byPeople?: boolean;
  /** People open it by what they ask of the daemon. */
  readonly byUser?: boolean;
  /** Of what people approve: who has. */
  readonly approvers?: readonly Approver[];
}

export interface Approver {
  readonly name: string;
  /** `claimed`: as whoever wrote the annotation says. */
  readonly how: 'review' | 'api' | 'claimed';
}

export function promotionGates(input: GateInput): Gate[] {
  const { sources, target, dependencies, downstream, windows, freeze, id, now, byReview } = input;
  const { promotion } = target.definition.settings;
  const { state } = target;
  return [
    ...sources.flatMap((source) => sourceGates(source, target.definition, now)),
    ...dependencies.map(dependencyGate),
    ...downstream.map(downstreamGate),
    ...(windows === undefined ? [] : [windowsGate(windows)]),
    ...(freeze === undefined ? [] : [freezeGate(target.definition.environment, freeze)]),
    ...decidedGates(state?.promotion, id),
    ...(promotion.gates.includes('approval') ? [approvalGate(state?.promotion, id)] : []),
    ...promotion.gates.flatMap((gate) =>
      typeof gate === 'object' ? [peopleGate(gate, state?.promotion, { id, byReview })] : [],
    ),
  ];
}

function sourceGates(source: GateSource, { settings: { promotion } }: ReleaseDefinition, now: number): Gate[] {
  const why = whyNotHealthy(source);
  const final = source.state?.quarantine === undefined ? {} : { final: true };
  const healthy = { name: 'healthy', of: source.id } as const;
  if (why !== undefined) return [{ ...healthy, open: false, message: `${source.id} ${why}`, ...final }];
  const gates: Gate[] = [{ ...healthy, open: true, message: `${source.id} is healthy` }];
  if (promotion.after > 0) gates.push(afterGate(source, promotion.after, now));
  gates.push(driftGate(source, now), ...source.checks.map((check) => checkGate(source, check)));
  if (promotion.gates.includes('tests')) {
    const message = source.tests ? `the tests of ${source.id} have passed` : `${source.id} runs no tests (tests: true)`;
    gates.push({ name: 'tests', of: source.id, open: source.tests, message });
  }
  return gates;
}

/** What was never seen healthy is not passed on. Undefined: it runs what git says, and stood its soak. */
export function whyNotHealthy({ state, digest }: Pick<GateSource, 'state' | 'digest'>): string | undefined {
  if (state === undefined) return 'is not deployed';
  if (state.quarantine !== undefined) return `was rolled back: ${state.quarantine.reason}`;
  if (state.failure !== undefined) return `failed: ${state.failure.message}`;
  if (state.healthy?.digest !== digest) return 'has not been healthy yet with what git says';
  return undefined;
}

function afterGate({ id, state }: GateSource, after: number, now: number): Gate {
  const since = Date.parse(state?.healthy?.at ?? '');
  const gate = { name: 'after', of: id } as const;
  if (Number.isNaN(since)) return { ...gate, open: false, message: `since when ${id} is healthy is not known` };
  const opens = since + after;
  const open = opens <= now;
  const message = `${id} healthy since ${state?.healthy?.at}, ${formatDuration(after)} asked for`;
  return { ...gate, open, message, ...(open ? {} : { opens }) };
}

/** Milliseconds: what is being looked at for the first time is known soon. */
const soon = 1_000;

function driftGate({ id, drift }: GateSource, now: number): Gate {
  const gate = { name: 'drift', of: id } as const;
  if (drift === undefined)
    return { ...gate, open: false, message: `${id} was not looked at yet`, again: now + soon, pending: true };
  const counts = drift.filter(
    ({ kind, severity, accepted }) =>
      kind !== 'extra' && severity !== 'metadata' && !(accepted !== undefined && Date.parse(accepted) > now),
  );
  const [first] = counts;
  if (first === undefined) return { ...gate, open: true, message: `${id} has not drifted` };
  const more = counts.length === 1 ? '' : ` and ${counts.length - 1} more`;
  return { ...gate, open: false, message: `${id} has drifted: ${first.object}${more} (${first.severity})` };
}

/** `errors of shop/dev` */
export const checkLabel = (name: string, id: string): string => `${name} of ${id}`;

function checkGate({ id }: GateSource, { name, ok, message, again, pending }: MeasuredCheck): Gate {
  const of = checkLabel(name, id);
  const gate = {
    name: 'check',
    of,
    open: ok === true,
    measured: message,
    message: `check ${of}: ${message}`,
  } as const;
  return { ...gate, ...(pending ? { pending } : {}), ...(again === undefined || ok ? {} : { again }) };
}

function dependencyGate({ id, waits }: GateInput['dependencies'][number]): Gate {
  const message = waits ? `${id}, on which it depends, is to be promoted first` : `${id} has been promoted`;
  return { name: 'dependencies', of: id, open: !waits, message };
}

const downstreamGate = ({ id, reason }: GateInput['downstream'][number]): Gate => ({
  name: 'downstream',
  of: id,
  open: false,
  message: `${id} was rolled back: ${reason}`,
});

function windowsGate({ open, turns, text }: NonNullable<GateInput['windows']>): Gate {
  const message = open ? `within ${text}` : `outside of ${text}`;
  return { name: 'windows', open, message, ...(open ? {} : { opens: turns }) };
}

function freezeGate(environment: string, freeze: Freeze): Gate {
  const { until } = freeze;
  const message = `${environment} is ${describeFreeze(freeze)}`;
  return { name: 'freeze', open: false, message, ...(until === undefined ? {} : { opens: Date.parse(until) }) };
}

/** Anybody opens it who may write the state, or whom the cluster knows by the API. */
function approvalGate(promotion: PromotionState | undefined, id: string): Gate {
  const gate = { name: 'approval', byUser: true } as const;
  const known = decisionsOn(promotion, id).find(({ verdict }) => verdict === 'approved');
  if (known !== undefined) {
    const approvers = [{ name: known.user, how: 'api' }] as const;
    return { ...gate, open: true, approvers, message: `approved by ${known.user} by the API at ${known.at}` };
  }
  const approved = promotion?.approved?.id === id ? promotion.approved : undefined;
  if (approved === undefined) return { ...gate, open: false, message: `waits for: helm-gitops approve ${id}` };
  const approvers = [{ name: approved.by, how: 'claimed' }] as const;
  return { ...gate, open: true, approvers, message: `approved by ${approved.by} at ${approved.at}` };
}

const otherwise = 'promote it by hand, or give the source another version';

/** What somebody has decided against. */
function decidedGates(promotion: PromotionState | undefined, id: string): Gate[] {
  const { rejected, last, proposed, takenBack } = promotion ?? {};
  const gates: Gate[] = [];
  if (rejected?.id === id) {
    const message = `rejected by ${rejected.by} at ${rejected.at}: ${rejected.reason}`;
    gates.push({ name: 'rejected', open: false, message, final: true });
  }
  for (const { user, verdict, at, reason } of decisionsOn(promotion, id)) {
    if (verdict !== 'rejected') continue;
    const message = `rejected by ${user} by the API at ${at}: ${reason}`;
    gates.push({ name: 'rejected', of: user, open: false, message, final: true });
  }
  if (proposed?.id === id && proposed.closed) {
    const message = `${proposed.request?.url ?? proposed.branch} was closed; ${otherwise}`;
    gates.push({ name: 'rejected', open: false, message });
  }
  if (takenBack?.id === id) {
    const message = `taken back by ${takenBack.by} at ${takenBack.at}; ${otherwise}`;
    gates.push({ name: 'taken-back', open: false, message });
  } else if (last?.id === id) {
    const message = `it was promoted at ${last.at} and is not there any more; ${otherwise}`;
    gates.push({ name: 'taken-back', open: false, message });
  }
  return gates;
}

/** What it waits for: while somebody has decided against it, that alone. */
export function closedGates(gates: readonly Gate[]): readonly Gate[] {
  const closed = gates.filter(({ open }) => !open);
  const decided = closed.filter(({ name }) => name === 'rejected' || name === 'taken-back');
  return decided.length > 0 ? decided : closed;
}

/**
 * Which were open when it went, and who had approved: `Helm-Gitops-Gates: healthy, after, approval`,
 * `Helm-Gitops-Approved-By: ann@example.com (api)`. That nobody said no is none of them.
 */
export function gatesTrailers(gates: readonly Gate[]): string {
  const passed = gates.filter(({ name, open }) => open && name !== 'rejected' && name !== 'taken-back');
  const people = approverNames(gates);
  const names = [...new Set(passed.map(({ name }) => name))].join(', ');
  return [`Helm-Gitops-Gates: ${names}`, ...people.map((one) => `Helm-Gitops-Approved-By: ${one}`)].join('\n');
}

/** Of all gates that are open: `ann (review), bob@example.com (api)`; empty where nobody had to approve. */
export const approversOf = (gates: readonly Gate[]): string => approverNames(gates).join(', ');

function approverNames(gates: readonly Gate[]): string[] {
  const approvers = gates.flatMap(({ open, approvers = [] }) => (open ? approvers : []));
  return [...new Set(approvers.map(describeApprover))];
}

const longestName = 200;

/** On one line, whatever somebody calls themselves: a name must not write trailers. */
function describeApprover({ name, how }: Approver): string {
  const plain = name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return `${plain.length > longestName ? `${plain.slice(0, longestName).toWellFormed()}…` : plain} (${how})`;
}
