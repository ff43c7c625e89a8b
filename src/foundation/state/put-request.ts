/** Puts a person's request where the daemon finds it: the annotation that `kubectl annotate` would set. */
import { HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';
import type { PersonRequest } from './release-state.ts';
import { type RequestTarget, targetName } from './request-target.ts';
import { requestAnnotation } from './requests.ts';

/** Fails with `state.no-target`. */
export async function putRequest(
  { client, namespace }: { readonly client: ClusterClient; readonly namespace: string },
  target: RequestTarget,
  request: Pick<PersonRequest, 'verb' | 'id' | 'arguments'>,
): Promise<void> {
  const name = targetName(target);
  const annotations = { [requestAnnotation(request)]: JSON.stringify(request.arguments) };
  try {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
    await client.patch(
      configMap,
      { type: 'merge', body: { metadata: { annotations } } },
      { fieldManager: 'helm-gitops-request' },
    );
  } catch (error) {
    if (!isClusterError(error, 'cluster.not-found')) throw error;
    throw new HelmGitopsError('state.no-target', 'user', `there is no ConfigMap ${name} in namespace ${namespace}`, {
      hint: 'check the name, and that the daemon has seen the definition',
      cause: error,
    });
  }
}
