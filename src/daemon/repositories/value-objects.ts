/**
 * Secrets and ConfigMaps that hold values of releases: each is followed by a watch of its own, and a release is prepared
 * again when one of its objects is no longer what was read. Where there is no watch, it is read again at every poll. All of
 * it with the rights of the release. No look at a repository waits long for a cluster: others lie in it too.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient, Watch } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { SecretMask } from '../../foundation/secrets/secret-mask.ts';
import { accountOf, clientFor } from '../../pipeline/act-for.ts';
import {
  definitionId,
  type ObjectSource,
  type ReleaseDefinition,
} from '../../pipeline/definitions/release-definition.ts';
import type { ReadObject } from '../../pipeline/values/merge-values.ts';
import { valueObject, valueObjectReference } from '../../pipeline/values/read-value-object.ts';

export interface ValueObjectsOptions {
  /** Undefined while the release's cluster does not answer. */
  readonly clientOf: (definition: ReleaseDefinition) => ClusterClient | undefined;
  /** Of a repository: what this release's values are made of has changed. */
  readonly onMoved: (repository: string, id: string) => void;
  readonly mask: SecretMask;
  readonly signal: AbortSignal;
}

export interface ValueObjects extends AsyncDisposable {
  /** All that a repository defines now: what only it named before is let go. */
  follow(repository: string, definitions: readonly ReleaseDefinition[]): void;
  /** Work in a cluster begins, for the first time or anew: what waited for its values is prepared. */
  begun(cluster: string): void;
  objectsOf(definition: ReleaseDefinition): ReadObject;
  /** Releases of a repository with an object that no watch follows. */
  unfollowed(repository: string): ReadonlySet<string>;
}

/** Milliseconds that a cluster is given to say what an object holds. */
const patience = 10_000;
/** The version of what nobody came to read: whatever is told later is another one. */
const unread = 'unread';

interface Followed {
  readonly watch: Watch;
  /** Resolves after the first list, or when there can be none, or when nobody wants it any more. */
  readonly answered: PromiseWithResolvers<void>;
  object: KubernetesObject | undefined;
  current: boolean;
  /** The version that values were made of last; undefined before that. */
  read: string | undefined;
  /** Releases by repository. */
  readonly users: Map<string, Set<string>>;
}

export function createValueObjects(options: ValueObjectsOptions): ValueObjects {
  const followed = new Map<ClusterClient, Map<string, Followed>>();
  const entryOf = (client: ClusterClient, source: ObjectSource, definition: ReleaseDefinition): Followed => {
    const ofClient = followed.get(client) ?? new Map<string, Followed>();
    followed.set(client, ofClient);
    const account = accountOf(definition);
    const { namespace = definition.namespace, name } = source;
    const key = `${source.type} ${namespace}/${name} ${account ?? ''}`;
    const entry =
      ofClient.get(key) ?? followObject(clientFor(client, account), { source, definition, onMoved: options.onMoved });
    ofClient.set(key, entry);
    return entry;
  };
  const all = () => [...followed.values()].flatMap((ofClient) => [...ofClient.values()]);
  const known = new Map<string, readonly ReleaseDefinition[]>();
  const attach = (repository: string) => {
    for (const { users } of all()) users.delete(repository);
    for (const definition of known.get(repository) ?? []) {
      const client = options.clientOf(definition);
      for (const source of client === undefined ? [] : objectSources(definition)) {
        const { users } = entryOf(client as ClusterClient, source, definition);
        users.set(repository, (users.get(repository) ?? new Set()).add(definitionId(definition)));
      }
    }
    for (const [client, ofClient] of followed) {
      letGo(ofClient);
      // A cluster whose work began anew has another client.
      if (ofClient.size === 0) followed.delete(client);
    }
  };
  return {
    follow(repository, definitions) {
      known.set(
        repository,
        definitions.filter((definition) => objectSources(definition).length > 0),
      );
      attach(repository);
    },
    begun(cluster) {
      for (const [repository, definitions] of known) {
        attach(repository);
        for (const definition of definitions)
          if (definition.cluster === cluster) options.onMoved(repository, definitionId(definition));
      }
    },
    objectsOf: (definition) => async (source) => {
      const client = options.clientOf(definition);
      if (client === undefined) throw unreached(definition);
      const entry = entryOf(client, source, definition);
      const ask = async (signal: AbortSignal) => {
        await entry.answered.promise;
        if (entry.current) return entry.object;
        // Work there ended, and begins anew with another client.
        if (options.clientOf(definition) !== client) throw unreached(definition);
        const reference = valueObjectReference(source, definition);
        return await clientFor(client, accountOf(definition)).get(reference, { signal });
      };
      const found = entry.current ? entry : { object: await withinPatience(ask, options.signal) };
      if (found.object === 'late') {
        entry.read ??= unread;
        throw unreached(definition);
      }
      entry.read = versionOf(found.object);
      return found.object && valueObject(found.object, options.mask);
    },
    unfollowed(repository) {
      const lost = all().filter(({ current }) => !current);
      return new Set(lost.flatMap(({ users }) => [...(users.get(repository) ?? [])]));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all().map(({ watch }) => watch[Symbol.asyncDispose]()));
    },
  };
}

async function withinPatience<Result>(
  ask: (signal: AbortSignal) => Promise<Result>,
  stop: AbortSignal,
): Promise<Result | 'late'> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), patience);
  const ended = new AbortController();
  stop.addEventListener('abort', () => late.resolve('late'), { signal: ended.signal });
  try {
    return await Promise.race([ask(AbortSignal.any([stop, ended.signal])), late.promise]);
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

function unreached({ cluster }: ReleaseDefinition): HelmGitopsError {
  return new HelmGitopsError(
    'values.no-cluster',
    'transient',
    `its values lie in the cluster ${cluster}, which does not answer`,
  );
}

const objectSources = ({ values }: ReleaseDefinition): ObjectSource[] =>
  values.filter((source): source is ObjectSource => source.type === 'secret' || source.type === 'configMap');

const versionOf = (object: KubernetesObject | undefined): string => object?.metadata.resourceVersion ?? 'none';

interface Following extends Pick<ValueObjectsOptions, 'onMoved'> {
  readonly source: ObjectSource;
  readonly definition: ReleaseDefinition;
}

function followObject(client: ClusterClient, { source, definition, onMoved }: Following): Followed {
  const { apiVersion, kind, namespace = '', name } = valueObjectReference(source, definition);
  const answered = Promise.withResolvers<void>();
  const users = new Map<string, Set<string>>();
  const state = { object: undefined as KubernetesObject | undefined, current: false, read: undefined };
  const notice = (object: KubernetesObject | undefined) => {
    entry.object = object && { ...object, apiVersion, kind };
    entry.current = true;
    answered.resolve();
    if (entry.read === undefined || entry.read === versionOf(object)) return;
    for (const [repository, ids] of users) for (const id of ids) onMoved(repository, id);
  };
  const isIt = ({ metadata }: KubernetesObject) => metadata.name === name && metadata.namespace === namespace;
  const watch = client.watch(
    { apiVersion, kind, namespace, fieldSelector: `metadata.name=${name}` },
    {
      replaced: (items) => notice(items.find(isIt)),
      changed: (type, object) => isIt(object) && notice(type === 'DELETED' ? undefined : object),
      lost() {
        entry.current = false;
        answered.resolve();
      },
      restored() {
        entry.current = true;
      },
    },
  );
  const entry: Followed = Object.assign(state, { watch, answered, users });
  return entry;
}

function letGo(ofClient: Map<string, Followed>): void {
  for (const [key, { users, watch, answered }] of ofClient) {
    if (users.size > 0) continue;
    ofClient.delete(key);
    answered.resolve();
    void watch[Symbol.asyncDispose]();
  }
}
