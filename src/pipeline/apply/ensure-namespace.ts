/** Creates a release's namespace when it is not there, with Helm's `name` label; an existing one is left as it is. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { LiveKnowledge } from '../plan/live-knowledge.ts';

export interface NamespaceInput {
  readonly client: ClusterClient;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly live?: Pick<LiveKnowledge, 'presence'> | undefined;
}

export async function ensureNamespace(input: NamespaceInput): Promise<void> {
  const { client, name, labels, annotations, signal, live } = input;
  const wanted = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const presence = (await live?.presence(wanted)) ?? 'unknown';
  if (presence === 'present') return;
  if (presence === 'unknown' && (await client.get({ apiVersion: 'v1', kind: 'Namespace', name }, { signal }))) return;
  try {
    const metadata = { name, labels: { name, ...labels }, annotations: { ...annotations } };
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata }, { fieldManager: 'helm-gitops', signal });
  } catch (error) {
    if (!(error instanceof HelmGitopsError && error.code === 'cluster.already-exists')) throw error;
  }
}
