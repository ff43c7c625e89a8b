/** A cluster that may be asked and tried, and not be written to: a write that is no dry run is a bug of ours. */
import { HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from './cluster-client.ts';

export function readOnlyClient(client: ClusterClient): ClusterClient {
  const refuse = (what: string, options: { readonly dryRun?: boolean } | undefined) => {
    if (options?.dryRun === true) return;
    throw new HelmGitopsError('cluster.read-only', 'internal', `${what} a cluster that is only observed`);
  };
  return {
    name: client.name,
    server: client.server,
    discovery: (options) => client.discovery(options),
    get: (target, options) => client.get(target, options),
    list: (query, options) => client.list(query, options),
    watch: (query, handler) => client.watch(query, handler),
    logs: (pod, options) => client.logs(pod, options),
    create: async (object, options) => {
      refuse('create in', options);
      return await client.create(object, options);
    },
    update: async (object, options) => {
      refuse('update in', options);
      return await client.update(object, options);
    },
    apply: async (object, options) => {
      refuse('apply to', options);
      return await client.apply(object, options);
    },
    patch: async (target, patch, options) => {
      refuse('patch in', options);
      return await client.patch(target, patch, options);
    },
    delete: async (target, options) => {
      refuse('delete from', options);
      return await client.delete(target, options);
    },
    // Whoever opened it closes it.
    [Symbol.asyncDispose]: async () => undefined,
  };
}
