/**
 * Takes a cluster and the state namespace, returns what the daemon remembers there: one ConfigMap per release,
 * repository and environment and one for itself, with the requests that people annotated them with.
 */
import { asHelmGitopsError, HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient, Watch } from '../cluster/cluster-client.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { type ConfigMapStore, type DocumentKind, documentOf, openConfigMapStore } from './config-map-store.ts';
import { ensureStateNamespace } from './ensure-state-namespace.ts';
import type { PersonRequest, ReleaseState, RequestOutcome, StoredState } from './release-state.ts';
import {
  daemonTarget,
  environmentTarget,
  type RequestTarget,
  releaseTarget,
  repositoryTarget,
  targetName,
} from './request-target.ts';
import { requestAnnotation, requestsOf, withOutcome } from './requests.ts';
import {
  parseDocument,
  readDaemonState,
  readEnvironmentState,
  readReleaseState,
  readRepositoryState,
  unreadableState,
} from './schema.ts';
import type { DaemonState, EnvironmentState, RepositoryState, StoredDocument } from './shared-state.ts';
import { withWaited } from './waited.ts';
import { watchRequests } from './watch-requests.ts';

export interface StateOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** Proposed for a cluster that has none yet; what it has wins. */
  readonly installation: string;
  /** Told once of a ConfigMap that cannot be understood, with what to do; its state counts as lost. */
  readonly onUnreadable: (target: string, error: HelmGitopsError) => void;
  /** Takes secrets out of what people read there: reasons and messages. */
  readonly mask?: (text: string) => string;
  readonly signal?: AbortSignal;
}

/** A change returns the new state; undefined or what it was given writes nothing. It may be made several times. */
export type Change<State> = (state: State | undefined) => State | undefined;

export interface StateStore {
  readonly installation: string;
  readonly namespace: string;
  read(namespace: string, release: string): Promise<StoredState | undefined>;
  change(namespace: string, release: string, change: Change<ReleaseState>): Promise<void>;
  /** Of all installations. */
  list(): Promise<StoredState[]>;
  remove(namespace: string, release: string): Promise<void>;
  repository(name: string): Promise<StoredDocument<RepositoryState> | undefined>;
  repositories(): Promise<StoredDocument<RepositoryState>[]>;
  changeRepository(name: string, change: Change<RepositoryState>): Promise<void>;
  removeRepository(name: string): Promise<void>;
  environment(name: string): Promise<StoredDocument<EnvironmentState> | undefined>;
  environments(): Promise<StoredDocument<EnvironmentState>[]>;
  changeEnvironment(name: string, change: Change<EnvironmentState>): Promise<void>;
  daemon(): Promise<StoredDocument<DaemonState> | undefined>;
  changeDaemon(change: Change<DaemonState>): Promise<void>;
  /** Writes the outcome and removes the annotation, and changes a release's state, in one update. */
  answerRequest(answer: Answer): Promise<void>;
  /** Follows the requests on every ConfigMap of ours; each is told once. */
  watchRequests(told: (target: RequestTarget, request: PersonRequest) => void, lost?: (error: unknown) => void): Watch;
}

export interface Answer {
  readonly target: RequestTarget;
  readonly outcome: RequestOutcome;
  /** Of a release: made in the same write. */
  readonly change?: (state: ReleaseState) => ReleaseState;
}

/** What a command looks at: it needs reading rights alone, and makes nothing. */
export type StateReader = Pick<StateStore, 'namespace' | 'read' | 'list' | 'daemon' | 'environments' | 'repositories'>;

export function readState(options: Omit<StateOptions, 'installation'>): StateReader {
  const { releases, environments, repositories, daemon } = documentsOf(
    openConfigMapStore(options),
    options.onUnreadable,
  );
  return {
    namespace: options.namespace,
    ...readingOf(releases),
    daemon: () => daemon.get(daemonTarget),
    environments: () => environments.list(),
    repositories: () => repositories.list(),
  };
}

export async function openState(options: StateOptions): Promise<StateStore> {
  const { client, namespace } = options;
  const store = openConfigMapStore(options);
  await ensureStateNamespace(client, namespace, options.signal);
  const { releases, repositories, environments, daemon } = documentsOf(store, options.onUnreadable, options.mask);
  if ((await daemon.get(daemonTarget)) === undefined) {
    const proposed = (await onlyInstallation(releases)) ?? options.installation;
    await daemon.change(daemonTarget, (state) => state ?? { format: 1, installation: proposed });
  }
  const installation = (await daemon.get(daemonTarget))?.body.installation;
  if (installation === undefined)
    throw new HelmGitopsError('state.unreadable', 'transient', `ConfigMap daemon in ${namespace} cannot be understood`);

  return {
    installation,
    namespace,
    ...readingOf(releases),
    change: (place, release, change) =>
      releases.change(releaseTarget(place, release), (before) => {
        const after = change(before);
        return after && withWaited(before, after);
      }),
    remove: (place, release) => store.remove(releaseTarget(place, release)),
    repository: (name) => repositories.get(repositoryTarget(name)),
    repositories: () => repositories.list(),
    changeRepository: (name, change) => repositories.change(repositoryTarget(name), change),
    removeRepository: (name) => store.remove(repositoryTarget(name)),
    environment: (name) => environments.get(environmentTarget(name)),
    environments: () => environments.list(),
    changeEnvironment: (name, change) => environments.change(environmentTarget(name), change),
    daemon: () => daemon.get(daemonTarget),
    changeDaemon: (change) => daemon.change(daemonTarget, change),
    answerRequest: (answer) => answerRequest(store, answer, options.mask),
    watchRequests: (told, lost) => watchRequests({ client, namespace, store, told, ...(lost ? { lost } : {}) }),
  };
}

/** Where the ConfigMap that says it is lost: the one that all remembered releases name. */
async function onlyInstallation(releases: ReleaseDocuments): Promise<string | undefined> {
  const named = new Set((await releases.list()).map(({ body }) => body.identity.installation));
  return named.size === 1 ? [...named][0] : undefined;
}

function documentsOf(store: ConfigMapStore, told: StateOptions['onUnreadable'], mask?: StateOptions['mask']) {
  const known = new Map<string, string | undefined>();
  /** It is read again and again, and says the same. */
  const onUnreadable = (target: string, text: string | undefined, error: HelmGitopsError) => {
    if (known.has(target) && known.get(target) === text) return;
    known.set(target, text);
    told(target, error);
  };
  /** Undefined for what is not there or not understood. */
  function parse<Body>(configMap: KubernetesObject | undefined, read: Reader<Body>): StoredDocument<Body> | undefined {
    const target = configMap?.metadata.name ?? '';
    try {
      const body = configMap && readBody(configMap, read);
      if (!configMap || !body) return undefined;
      const { resourceVersion = '', annotations } = configMap.metadata;
      return { target, body, resourceVersion, requests: requestsOf(annotations) };
    } catch (error) {
      onUnreadable(target, configMap && documentOf(configMap).text, asHelmGitopsError(error));
      return undefined;
    }
  }

  const documents = <Body extends object>(kind: DocumentKind, read: Reader<Body>) => ({
    get: async (target: string) => parse(await store.get(target), read),
    list: async () => (await store.list(kind)).map((item) => parse(item, read)).filter((item) => item !== undefined),
    change: async (target: string, change: Change<Body>) => {
      await changeBody(store, { kind, target, read, mask }, (body) => change(body));
    },
  });
  const releases = documents('release', readReleaseState);
  const repositories = documents('repository', readRepositoryState);
  const environments = documents('environment', readEnvironmentState);
  const daemon = documents('daemon', readDaemonState);
  return { releases, repositories, environments, daemon };
}

type ReleaseDocuments = ReturnType<typeof documentsOf>['releases'];

function readingOf(releases: ReleaseDocuments): Pick<StateStore, 'read' | 'list'> {
  return {
    read: async (place, release) => storedState(await releases.get(releaseTarget(place, release))),
    list: async () => (await releases.list()).map((document) => storedState(document)),
  };
}

type Reader<Body> = (fields: Readonly<Record<string, unknown>>) => Body | undefined;

function readBody<Body>(configMap: KubernetesObject, read: Reader<Body>): Body | undefined {
  const { text } = documentOf(configMap);
  if (text === undefined) return undefined;
  const target = configMap.metadata.name ?? '';
  const body = read(parseDocument(text, target));
  if (body === undefined) throw unreadableState(target, 'does not say whose state it is');
  return body;
}

function storedState(document: StoredDocument<ReleaseState>): StoredState;
function storedState(document: StoredDocument<ReleaseState> | undefined): StoredState | undefined;
function storedState(document: StoredDocument<ReleaseState> | undefined): StoredState | undefined {
  return document && { state: document.body, resourceVersion: document.resourceVersion, requests: document.requests };
}

interface Place<Body> {
  readonly kind: DocumentKind;
  readonly target: string;
  readonly read: Reader<Body>;
  readonly mask: StateOptions['mask'];
  /** A request's annotation that goes with this write. */
  readonly without?: string;
}

async function changeBody<Body extends object>(
  store: ConfigMapStore,
  place: Place<Body>,
  change: Change<Body>,
): Promise<void> {
  await store.change(place.kind, place.target, (document) => {
    const before = document?.text === undefined ? undefined : readText(document.text, place);
    const after = change(before);
    const replacesUnreadable = document?.text !== undefined && before === undefined && after !== undefined;
    const annotations = { ...document?.annotations };
    if (place.without !== undefined) delete annotations[place.without];
    const answered = place.without !== undefined && document !== undefined && place.without in document.annotations;
    if (!answered && (after === undefined || after === before)) return undefined;
    const text = after === undefined ? document?.text : JSON.stringify(after, maskedText(place.mask), 2);
    return { text, annotations, replacesUnreadable };
  });
}

/** An object that failed may bear a secret as its name. Other names are what everything is found by. */
const sentences: ReadonlySet<string> = new Set(['reason', 'message', 'object']);

function maskedText(mask: StateOptions['mask']) {
  return (key: string, value: unknown) =>
    mask !== undefined && typeof value === 'string' && sentences.has(key) ? mask(value) : value;
}

/** State of a newer format is an error here, because writing would destroy it; what is garbage counts as lost. */
function readText<Body>(text: string, { target, read }: Place<Body>): Body | undefined {
  try {
    return read(parseDocument(text, target));
  } catch (error) {
    if (error instanceof HelmGitopsError && error.code === 'state.unreadable') return undefined;
    throw error;
  }
}

async function answerRequest(
  store: ConfigMapStore,
  { target, outcome, change }: Answer,
  mask: StateOptions['mask'],
): Promise<void> {
  const place = { target: targetName(target), mask, without: requestAnnotation(outcome) };
  if (target.kind === 'release') {
    return changeBody(
      store,
      { ...place, kind: 'release', read: readReleaseState },
      (state) => state && withOutcome(change ? withWaited(state, change(state)) : state, outcome),
    );
  }
  // These three keep outcomes alike; nothing else of them is touched.
  const read = (fields: Readonly<Record<string, unknown>>) => fields as { requests?: readonly RequestOutcome[] };
  await changeBody(store, { ...place, kind: target.kind, read }, (state) => state && withOutcome(state, outcome));
}
