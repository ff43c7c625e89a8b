/**
 * Everything the daemon reports, as one union: a static name and flat camelCase fields. Log lines, metrics, the page
 * and notifications are made from these and from nothing else.
 *
 * Fields hold text, numbers and booleans. Durations are numbers of milliseconds in fields named in `durationFields`
 * and are printed as `5s`. No field ever holds a secret value.
 */
import type { DriftFields } from './drift-fields.ts';
import type { IncidentFields } from './incident-fields.ts';
import type { PlanFields } from './plan-fields.ts';
import type { OrphanFields, PromotionFields } from './promotion-fields.ts';
import type { RevertFields } from './revert-fields.ts';

export type FieldValue = string | number | boolean | undefined;

/** On every event of a release. */
export interface ReleaseFields {
  /** One id from `revision.found` to the release's end. */
  op: string;
  app: string;
  environment: string;
  cluster: string;
  namespace: string;
  release: string;
}

interface FailureFields {
  reason: string;
  object?: string | undefined;
  message: string;
  hint?: string | undefined;
}

interface RollbackFields {
  from: number;
  to: number;
  fromCommit?: string | undefined;
  toCommit?: string | undefined;
}

interface GroupFields {
  cluster: string;
  environment: string;
  group: string;
  members: string;
}

interface DeployFields {
  version: number;
  previous?: number | undefined;
  chart: string;
  commit?: string | undefined;
  author?: string | undefined;
  duration: number;
  trigger: string;
  changed?: string | undefined;
  /** From the commit of its version to here. */
  lead?: number | undefined;
  /** The environments that its version came through: `dev 2s, staging 1m3s`. */
  path?: string | undefined;
}

/** Name → fields. Fields are added, never renamed. */
export interface EventFields {
  'daemon.started': { version: string; clusters: string; repositories: string; config?: string };
  'daemon.ready': { releases: number; duration: number; page?: string; kubeconfig?: string; next?: string };
  'daemon.stopping': { signal: string; underWay: number };
  'daemon.summary': {
    releases: number;
    healthy: number;
    failed: number;
    drifted: number;
    quarantined: number;
    suspended: number;
    freezes: number;
  };
  'cluster.started': { cluster: string; kubeconfig: string; url: string };
  'cluster.unreachable': { cluster: string; message: string; hint?: string };
  'cluster.recovered': { cluster: string };
  'cluster.standby': { cluster: string; holder: string };
  'watch.lost': { cluster: string; resource: string; message: string; hint?: string };
  'watch.restored': { cluster: string; resource: string };
  'repository.fetched': { repository: string; revision: string; duration: number };
  'repository.failed': { repository: string; message: string; hint?: string };
  'repository.recovered': { repository: string };
  /** Releases that run on are as they were read last, for nobody can say what defines them now. */
  'repository.restored': {
    repository: string;
    cluster: string;
    revision: string;
    releases: number;
    /** At most ten of them. */
    names: string;
  };
  'repository.rewritten': { repository: string; from: string; to: string };
  /** A change that was rolled back was taken back in git too. */
  'revert.committed': ReleaseFields & RevertFields & { commit?: string; branch?: string };
  'revert.proposed': ReleaseFields & RevertFields & { commit: string; branch: string; message: string; url?: string };
  'revert.impossible': ReleaseFields & { id: string; from: number; reason: string; message: string; hint: string };
  'revert.failed': ReleaseFields & { message: string; hint?: string | undefined };
  'revision.found': {
    op: string;
    repository: string;
    revision: string;
    author?: string;
    subject?: string;
    /** Who vouches for it, where that is asked for. */
    signer?: string;
    releases: number;
    problems: number;
    /** From the beginning of the look. */
    duration: number;
  };
  'revision.refused': {
    repository: string;
    revision: string;
    author: string;
    subject: string;
    signer?: string;
    message: string;
    hint?: string;
  };
  'revision.quarantined': ReleaseFields & { digest: string; version: number; commit?: string; reason: string };
  'revision.released': ReleaseFields & { digest: string; reason: string };
  'revision.superseded': ReleaseFields & { version: number; by?: string };
  'definition.invalid': {
    repository: string;
    file: string;
    line?: number;
    column?: number;
    message: string;
    hint?: string;
    code: string;
  };
  'definition.recovered': { repository: string };
  /** Of another tool's definition, which is followed all the same. */
  'definition.unsupported': {
    repository: string;
    file: string;
    line?: number;
    column?: number;
    message: string;
    hint?: string;
    code: string;
  };
  /** A value file that cannot be decrypted; what runs of its releases stays. */
  'secret.undecryptable': {
    repository: string;
    file: string;
    message: string;
    code: string;
    hint?: string;
    releases: string;
  };
  'chart.failed': ReleaseFields & FailureFields & { file?: string; line?: number; column?: number };
  'chart.recovered': ReleaseFields & { chart: string };
  /** Out of reach, so that nobody knows whether there is a newer one: what was found before serves. */
  'chart.stale': ReleaseFields & { chart: string; version: string };
  /** A range, a branch or a tag names something else than before; the release is deployed with it. */
  'chart.moved': ReleaseFields & { chart: string; from: string; to: string };
  'release.planned': ReleaseFields & {
    create: number;
    update: number;
    delete: number;
    unchanged: number;
    changes?: string;
  };
  /** Nothing was written: `create`, `update` and `delete` are what a deploy would do. */
  'release.observed': ReleaseFields & {
    reason: string;
    create: number;
    update: number;
    delete: number;
    unchanged: number;
    changed?: string;
  };
  'plan.waiting': ReleaseFields & PlanFields;
  'plan.approved': ReleaseFields & { id: string; by: string; via?: 'api' };
  /** What was approved is not what would be done now. */
  /** The state says that somebody has approved or rejected, and the daemon did not write it. */
  'approval.forged': ReleaseFields & { id: string; by: string; message: string; hint: string };
  'plan.voided': ReleaseFields & { id: string; by: string; moved: string };
  'release.started': ReleaseFields & { version: number; trigger: string };
  'release.waiting': ReleaseFields & { for: string; message?: string; hint?: string };
  'release.deployed': ReleaseFields & DeployFields;
  'release.healthy': ReleaseFields & { version: number };
  'release.failed': ReleaseFields & Partial<DeployFields> & FailureFields;
  'release.retrying': ReleaseFields & { attempt: number; in: number; message: string };
  'release.blocked': ReleaseFields & { reason: string; message: string; hint?: string };
  'release.unhealthy': ReleaseFields & { object: string; message: string };
  'release.recovered': ReleaseFields & { version: number };
  'release.uninstalled': ReleaseFields & { version: number; kept?: string };
  /** Its definition is gone. */
  'release.kept': ReleaseFields & { version: number; reason: string };
  'release.adopted': ReleaseFields & { version: number };
  /** It is healthy in its new place, and gone from the old one. Ends are `CLUSTER/NAMESPACE/RELEASE`. `kept`: it was left there too. */
  'release.moved': ReleaseFields & { from: string; to: string; kept?: boolean };
  'release.unchanged': ReleaseFields & { version: number };
  'release.takenOver': ReleaseFields & { object: string; fields: string; manager: string };
  'hook.failed': ReleaseFields & FailureFields & { hook: string };
  /** What a hook wrote, where its chart asks for it (`helm.sh/hook-output-log-policy`). */
  'hook.output': ReleaseFields & { hook: string; object: string; output: string };
  'test.failed': ReleaseFields & FailureFields;
  'removal.waiting': ReleaseFields & { id: string; reason: string; hint: string };
  /** `by`, `via`: of the API, where it is known who asks. */
  'request.received': { verb: string; id: string; target: string; by?: string; via?: 'api' };
  'request.done': { verb: string; id: string; target: string; by?: string; via?: 'api'; message?: string };
  'request.refused': { verb: string; id: string; target: string; by?: string; via?: 'api'; message: string };
  'drift.found': DriftFields;
  'drift.corrected': DriftFields & { duration: number };
  'drift.resolved': DriftFields & { age: number };
  /** Some objects could not be compared, by what the cluster says: a webhook or an API without its backend. */
  'drift.unknown': { app: string; environment: string; cluster: string; namespace: string; message: string };
  /** The server refuses what would put it right; asked again once an interval. */
  'drift.failed': DriftFields & { message: string; hint?: string | undefined };
  'drift.fighting': DriftFields & { times: number; pause: number; gaveUp?: boolean };
  /** What stands now, by the worst of each release; when `drift.summary` of the configuration says so. */
  'drift.summary': {
    releases: number;
    objects: number;
    security: number;
    workload: number;
    metadata: number;
    extra: number;
    accepted: number;
    age?: number | undefined;
    which?: string | undefined;
  };
  /** `reason`: the first gate that is closed, or why no version can move; `since` it is, `until` it opens by itself. */
  'promotion.waiting': PromotionFields & {
    reason: string;
    message: string;
    hint?: string | undefined;
    since?: string;
    until?: string;
  };
  'promotion.committed': PromotionFields & { commit?: string; branch?: string; approvedBy?: string };
  /** On a branch of its own: it is for a person to merge. */
  'promotion.proposed': PromotionFields & { commit: string; branch: string; url?: string; message: string };
  /** The request has become part of the branch that is followed, by whomever. */
  'promotion.merged': PromotionFields & { commit?: string; url: string; approvedBy?: string };
  /** The request is closed, since it is of no use any more. */
  'promotion.closed': PromotionFields & { url: string; message: string };
  /** A request whose target is not defined any more is closed: it went while no daemon ran. */
  'promotion.orphaned': OrphanFields;
  /** A person has taken back what was promoted last: by this commit, or by a request for somebody to merge. */
  'promotion.reverted': PromotionFields & { commit: string; branch: string; url?: string; by: string; message: string };
  'promotion.failed': PromotionFields & { message: string; hint?: string | undefined };
  'window.opened': { cluster: string; environment: string; releases: number; windows: string; until?: string };
  'window.closed': { cluster: string; environment: string; releases: number; windows: string; until?: string };
  /** Without an environment: the whole cluster. */
  'freeze.set': { cluster: string; environment?: string; by: string; reason?: string; until?: string };
  'freeze.lifted': { cluster: string; environment?: string; by: string };
  /** A health check of a release that soaks; `times`: in a row. */
  'check.failing': ReleaseFields & { check: string; value?: string; message: string; times: number; limit: number };
  /** It could not be measured. */
  'check.unknown': ReleaseFields & { check: string; message: string; hint: string };
  /** Members of `rollback.group`, each with Helm's revision: `db 3, shop 5`. Healthy at once: what all go back to. */
  'group.healthy': GroupFields;
  /** They go back to these, because of one of them. */
  'group.rollback': GroupFields & { app: string; version: number; reason: string };
  'group.done': GroupFields & { app: string };
  'group.failed': GroupFields & { app: string; message: string; hint: string };
  'rollback.started': ReleaseFields & RollbackFields & { reason: string };
  'rollback.done': ReleaseFields & RollbackFields & { version: number; duration: number };
  'rollback.failed': ReleaseFields & RollbackFields & { message: string; hint?: string };
  'rollback.impossible': ReleaseFields & { from: number; message: string; hint?: string };
  /** It waits: for something outside to pass, or for a person. */
  'rollback.held': ReleaseFields & { from: number; to: number; reason: string; message: string; hint: string };
  /** All that is known of a change that went wrong, when nothing more is done about it by itself. */
  'rollback.incident': ReleaseFields & IncidentFields;
  'record.unreadable': { cluster: string; namespace: string; object: string; message: string; hint: string };
  'state.unreadable': {
    cluster: string;
    namespace: string;
    object: string;
    message: string;
    hint?: string | undefined;
  };
  'internal.error': { message: string; stack?: string };
}

export type EventName = keyof EventFields;
export type EventOf<Name extends EventName> = { readonly event: Name } & Readonly<EventFields[Name]>;
export type Event = { [Name in EventName]: EventOf<Name> }[EventName];

export type Level = 'error' | 'warn' | 'info' | 'debug';

/** Fields that hold milliseconds. */
export const durationFields: ReadonlySet<string> = new Set(['duration', 'in', 'age', 'pause', 'lead']);
