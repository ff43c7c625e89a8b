/**
 * Reads `state.json`. A field that this version does not know is kept, one that has another type than it should is
 * dropped: state is rebuilt from Helm's records where it is missing, and must never stop the daemon.
 */
import { HelmGitopsError } from '../base/errors.ts';
import {
  type Check,
  checkFields,
  type Fields,
  isBoolean,
  isNumber,
  isObject,
  isText,
  isTime,
  listOf,
  mapOf,
  oneOf,
  optional,
  shape,
} from './check-fields.ts';
import { unreadableKey } from './config-map-store.ts';
import type { FrozenPlan } from './frozen-plan.ts';
import type { ReleaseState } from './release-state.ts';
import type { DaemonState, EnvironmentState, RepositoryState } from './shared-state.ts';

/** The text as an object. Fails with `state.unreadable` or `state.newer-format`. */
export function parseDocument(text: string, target: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadableState(target, `is not JSON${placeIn(error)}`);
  }
  if (!isObject(value) || typeof value.format !== 'number')
    throw unreadableState(target, 'is not our state: it has no `format`');
  if (value.format > 1)
    throw new HelmGitopsError('state.newer-format', 'user', `ConfigMap ${target} was written by a newer version`, {
      hint: 'run that version, or remove the ConfigMap: its content is then rebuilt from the Helm records',
    });
  return value;
}

/** `state.json` that counts as lost: why, and what becomes of what it held. */
export function unreadableState(target: string, why: string): HelmGitopsError {
  const [kind = ''] = target.split('.');
  const hint = `${rebuilt[kind] ?? 'it is written anew'}; what stood there is then kept beside it as ${unreadableKey}`;
  return new HelmGitopsError('state.unreadable', 'transient', `ConfigMap ${target}: state.json ${why}`, { hint });
}

const rebuilt: Readonly<Record<string, string>> = {
  release:
    'it is rebuilt from the Helm records when git defines the release; suspend it, accept its drift or roll it back again where that was so',
  repository: 'it is written anew when the repository is read; until then what it no longer defines stays',
  environment: 'it is written anew; where the environment was frozen, run: helm-gitops freeze',
  daemon: 'it is written anew; where the cluster was frozen, run: helm-gitops freeze',
};

/** Never the text around it, which may be anything. */
function placeIn(error: unknown): string {
  const place = error instanceof Error && / \(line \d+ column \d+\)/.exec(error.message);
  return place ? place[0] : '';
}

/** Undefined where not even the identity can be read. */
export function readReleaseState(fields: Fields): ReleaseState | undefined {
  const checked = checkFields(fields, releaseChecks);
  return checked.identity === undefined || checked.onRemove === undefined
    ? undefined
    : (checked as unknown as ReleaseState);
}

export function readDaemonState(fields: Fields): DaemonState | undefined {
  const checked = checkFields(fields, { installation: isText, freeze: isFreeze, requests: listOf(isOutcome) });
  return checked.installation === undefined ? undefined : (checked as unknown as DaemonState);
}

export function readEnvironmentState(fields: Fields): EnvironmentState | undefined {
  const removal = shape({ release: isText, at: isText });
  const checked = checkFields(fields, {
    name: isText,
    freeze: isFreeze,
    removals: listOf(removal),
    groups: listOf(isGroup),
    requests: listOf(isOutcome),
  });
  return checked.name === undefined ? undefined : (checked as unknown as EnvironmentState);
}

export function readRepositoryState(fields: Fields): RepositoryState | undefined {
  const checked = checkFields(fields, {
    name: isText,
    source: shape({ url: isText, revision: isText, path: isText }),
    ...readingChecks,
    at: isText,
    problems: isNumber,
    held: listOf(shape({ ...readingChecks, releases: listOf(isText) })),
    requests: listOf(isOutcome),
  });
  const complete = checked.name !== undefined && checked.source !== undefined && checked.at !== undefined;
  return complete ? (checked as unknown as RepositoryState) : undefined;
}

const isFreeze = shape({ by: isText, at: isText, reason: optional(isText), until: optional(isText) });
const isOutcome = shape({ id: isText, verb: isText, at: isText, outcome: oneOf('done', 'refused') });

const isDecision = shape({ id: isText, since: isText, reason: isText, confirmed: optional(isBoolean) });

const isMember = shape({ app: isText, version: isNumber, digest: isText, revision: isText });
const isSet = optional(shape({ at: isText, members: listOf(isMember) }));
const isGroup = shape({
  name: isText,
  set: isSet,
  former: isSet,
  back: optional(
    shape({
      at: isText,
      app: isText,
      digest: isText,
      version: isNumber,
      reason: isText,
      namespace: isText,
      release: isText,
      outcome: optional(oneOf('done', 'failed')),
    }),
  ),
});

const isTag = optional(shape({ ref: isText, id: isText }));
const readingChecks = { commit: isText, tag: isTag, others: optional(mapOf(shape({ commit: isText, tag: isTag }))) };

const isFrozenObject = shape({
  object: isText,
  namespace: isText,
  operation: isText,
  wanted: isText,
  live: isText,
  fields: listOf(shape({ field: isText, before: isText, after: isText })),
});
const isFrozenPlan = shape({
  id: isText,
  digest: isText,
  inputs: isText,
  revision: isText,
  chart: isText,
  base: optional(isNumber),
  changed: listOf(isText),
  objects: listOf(isFrozenObject),
  hooks: listOf(isText),
});
const isWaitingPlan = shape({
  plan: isFrozenPlan,
  since: isText,
  approved: optional(shape({ by: isText, at: isText })),
  rejected: optional(shape({ by: isText, at: isText, reason: isText })),
  asked: optional(isBoolean),
});

const isPersonDecision = shape({
  id: isText,
  user: isText,
  verdict: oneOf('approved', 'rejected'),
  at: isText,
  reason: optional(isText),
  seal: isText,
});

const isMadeDecision = shape({
  id: isText,
  verdict: oneOf('approved', 'rejected'),
  by: isText,
  via: optional(oneOf('api')),
  at: isText,
  reason: optional(isText),
  inputs: optional(isText),
});

const releaseChecks: Readonly<Record<string, Check>> = {
  identity: shape({
    installation: isText,
    app: isText,
    environment: isText,
    repository: isText,
    url: optional(isText),
    path: isText,
    namespace: isText,
    storageNamespace: optional(isText),
    release: isText,
    serviceAccount: optional(isText),
  }),
  onRemove: oneOf('uninstall', 'keep', 'confirm'),
  deployed: shape({
    digest: isText,
    helmRevision: isNumber,
    revision: isText,
    unhealthy: optional(isBoolean),
    commit: optional(isText),
    author: optional(isText),
    kubeVersion: optional(isText),
    apiVersions: optional(mapOf(isBoolean)),
    apiVersionList: optional(isText),
    secretKeys: optional(listOf(isText)),
    charts: optional(listOf(shape({ from: isText, version: isText, digest: isText }))),
  }),
  intent: shape({
    op: isText,
    action: oneOf('install', 'upgrade', 'rollback', 'uninstall'),
    digest: isText,
    version: isNumber,
    to: optional(isNumber),
    repeats: optional(shape({ digest: isText, revision: isText })),
  }),
  healthy: shape({ version: isNumber, digest: isText, revision: isText }),
  quarantine: shape({
    digest: isText,
    helmRevision: isNumber,
    revision: isText,
    reason: isText,
    at: isText,
    by: optional(isText),
    group: optional(shape({ name: isText, app: isText, stays: optional(isBoolean) })),
  }),
  incidents: listOf(
    shape({
      at: isText,
      digest: isText,
      revision: isText,
      from: isNumber,
      outcome: oneOf('open', 'held', 'rolledBack', 'healthy', 'failed', 'impossible'),
      reason: isText,
      message: isText,
      changed: listOf(isText),
      objects: listOf(isText),
      hooks: listOf(isText),
      timeline: listOf(shape({ at: isText, what: isText })),
      revert: optional(
        shape({ at: isText, outcome: oneOf('committed', 'proposed', 'edited', 'dropped'), message: isText }),
      ),
    }),
  ),
  suspended: shape({ by: isText, at: isText, reason: optional(isText) }),
  requests: listOf(isOutcome),
  begun: shape({ id: isText, version: isNumber }),
  drift: listOf(shape({ id: isText, key: isText, object: isText, kind: isText, since: isText, fields: Array.isArray })),
  accepted: listOf(shape({ object: isText, signature: isText, by: isText, at: isText, until: isText, reason: isText })),
  clean: shape({ version: isNumber, objects: mapOf(isText) }),
  uninstalled: shape({ by: isText, at: isText, digest: isText }),
  failure: shape({
    digest: isText,
    at: isText,
    attempts: isNumber,
    reason: isText,
    message: isText,
    owed: optional(isBoolean),
    object: optional(isText),
    version: optional(isNumber),
    revision: optional(isText),
  }),
  removal: isDecision,
  renamed: isDecision,
  plan: isWaitingPlan,
  waited: listOf(isText),
  decided: listOf(isMadeDecision),
  promotion: shape({ decisions: optional(listOf(isPersonDecision)) }),
  deliveries: listOf(
    shape({
      digest: isText,
      revision: isText,
      version: optional(isText),
      from: optional(listOf(isText)),
      committed: optional(isTime),
      at: optional(isTime),
      failed: optional(isTime),
      restored: optional(isTime),
    }),
  ),
  emptied: shape({ id: isText, since: isText, reason: isText, confirmed: optional(isBoolean), digest: isText }),
  moving: shape({
    to: isText,
    since: isText,
    id: optional(isText),
    reason: optional(isText),
    confirmed: optional(isBoolean),
  }),
  definition: shape({
    file: isText,
    chart: isText,
    outline: optional(isText),
    through: optional(listOf(shape({ file: isText, name: isText }))),
  }),
};

/** Of a request, or of a file: undefined where it is none. */
export function readFrozenPlan(value: unknown): FrozenPlan | undefined {
  return isFrozenPlan(value) ? (value as FrozenPlan) : undefined;
}
