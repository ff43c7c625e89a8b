/**
 * Takes a prepared release and its cluster, returns all that deploying it asks of the API: it is rendered as an install and
 * as an upgrade, what its templates look up is noted, and what its newest record holds counts too. It writes nothing.
 */
import type { ClusterClient, Discovery } from '../foundation/cluster/cluster-client.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import type { StorageDriver } from '../foundation/history/record-object.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import { groupVersionKind, type KubernetesObject, objectLabel } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { accountOf } from './act-for.ts';
import type { PreparedRelease, ReleaseContext } from './context.ts';
import { hasPods } from './observe/find-pods.ts';
import { isDoneByBeing, isReadyByBeing } from './observe/readiness-of.ts';
import { hasExpressions } from './observe/ready-expressions.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import type { Resource } from './rights/grant.ts';
import type { Lookup, NeededObject, ReleaseNeeds } from './rights/required-rights.ts';

export interface CollectRights {
  readonly context: Pick<ReleaseContext, 'client' | 'history' | 'render' | 'signal'>;
  readonly daemon: string;
  readonly driver: StorageDriver;
  /** Told of an object of a kind that neither the cluster nor the release knows. */
  readonly onUnknown: (object: string) => void;
}

export async function collectRights(input: CollectRights, prepared: PreparedRelease): Promise<ReleaseNeeds> {
  const { client, history, signal } = input.context;
  const { definition } = prepared;
  const { namespace, releaseName, settings } = definition;
  const discovery = await client.discovery({ signal });
  const { client: noting, lookups } = noteLookups(client, discovery);
  const renders: RenderedRelease[] = [];
  for (const isInstall of [true, false])
    renders.push(
      await input.context.render({ prepared, client: noting, revision: isInstall ? 1 : 2, isInstall, signal }),
    );
  const record = (await newestRevision(history(recordsNamespace(definition), releaseName)))?.record;
  const crds = renders.flatMap((rendered) => rendered.crds).flatMap(({ text }) => parseManifest(text));
  const sides = record ? [...renders, record] : renders;
  const all = sides.flatMap(({ manifest }) => parseManifest(manifest));
  const resources = resourceFinder(discovery, [...crds, ...all]);
  const need = (objects: readonly KubernetesObject[], isByBeing: (object: KubernetesObject) => boolean) =>
    objects.flatMap((object): NeededObject[] => {
      const resource = resources(object);
      if (resource === undefined) {
        input.onUnknown(objectLabel({ kind: object.kind, name: object.metadata.name ?? '' }));
        return [];
      }
      const place = resource.namespaced ? object.metadata.namespace || namespace : '';
      const awaited = hasExpressions(object) || !isByBeing(object);
      return [{ object, resource, namespace: place, awaited, hasPods: hasPods(object) }];
    });
  // Read when a health check asks with it.
  const secrets = discovery.resource(groupVersionKind({ apiVersion: 'v1', kind: 'Secret' }));
  const tokens = (settings.rollback.checks ?? []).flatMap(({ source: { token } }): Lookup[] =>
    secrets && token ? [{ resource: secrets, namespace, name: token.name }] : [],
  );
  const hooks = sides.flatMap((side) => side.hooks.flatMap(({ manifest }) => parseManifest(manifest)));
  return {
    daemon: input.daemon,
    account: accountOf(definition) ?? input.daemon,
    namespace,
    records: recordsNamespace(definition),
    driver: input.driver,
    objects: need(all, isReadyByBeing),
    hooks: need(hooks, isDoneByBeing),
    crds: settings.crds === 'skip' ? [] : need(crds, isReadyByBeing),
    lookups: [...lookups, ...tokens],
    values: definition.values.filter((source) => source.type === 'secret' || source.type === 'configMap'),
  };
}

function resourceFinder(discovery: Discovery, objects: readonly KubernetesObject[]) {
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  return (object: KubernetesObject): Resource | undefined => {
    const gvk = groupVersionKind(object);
    const served = discovery.resource(gvk);
    if (served) return served;
    for (const definition of definitions) {
      const { group, scope, names } = (definition['spec'] ?? {}) as {
        group?: string;
        scope?: string;
        names?: { kind?: string; plural?: string };
      };
      if (group === gvk.group && names?.kind === gvk.kind && names.plural !== undefined)
        return { group, plural: names.plural, namespaced: scope === 'Namespaced' };
    }
    return undefined;
  };
}

/** The same client, and what was asked through it. */
function noteLookups(client: ClusterClient, discovery: Discovery): { client: ClusterClient; lookups: Lookup[] } {
  const lookups: Lookup[] = [];
  const note = (
    kind: { apiVersion: string; kind: string },
    namespace: string | undefined,
    name: string | undefined,
  ) => {
    const resource = discovery.resource(groupVersionKind(kind));
    if (resource) lookups.push({ resource, namespace: namespace ?? '', name });
  };
  return {
    lookups,
    client: {
      ...client,
      server: client.server,
      get(target, options) {
        note(target, target.namespace, target.name);
        return client.get(target, options);
      },
      list(query, options) {
        note(query, query.namespace, undefined);
        return client.list(query, options);
      },
    },
  };
}
