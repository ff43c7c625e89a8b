/**
 * Takes what a release is reconciled with, returns the same acting for the ServiceAccount that the release's project names:
 * every request on its behalf is made as that account, records and dry runs included. Watches and the daemon's own state
 * stay the daemon's; so does the release's namespace, which the Environment asks for.
 */
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { ReleaseHistory } from '../foundation/history/release-record.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';

/** `NAMESPACE/NAME`; undefined: the daemon itself. */
export type Account = string | undefined;

interface Acting {
  readonly client: ClusterClient;
  readonly history: (namespace: string, name: string, client?: ClusterClient) => ReleaseHistory;
  /** Set where `client` acts for somebody: the daemon itself. */
  readonly own?: ClusterClient;
}

export function accountOf({
  project,
  namespace,
  serviceAccount,
}: Pick<ReleaseDefinition, 'project' | 'namespace' | 'serviceAccount'>): Account {
  const account = project?.serviceAccount ?? serviceAccount;
  return account === undefined || account.includes('/') ? account : `${namespace}/${account}`;
}

export function actFor<Context extends Acting>(context: Context, account: Account): Context {
  if (account === undefined || context.own !== undefined) return context;
  const client = clientFor(context.client, account);
  return {
    ...context,
    client,
    own: context.client,
    history: (namespace: string, name: string) => context.history(namespace, name, client),
  };
}

export function clientFor(client: ClusterClient, account: Account): ClusterClient {
  if (account === undefined) return client;
  // Never as the daemon instead, which may do more.
  if (client.impersonate === undefined) throw new Error(`nobody can act for ${account} through this client`);
  return client.impersonate({ user: `system:serviceaccount:${account.replace('/', ':')}` });
}
