/** Requests of people whose answer never comes, because what they are about is gone. */
import { expect, test } from 'vitest';
import { openCluster } from '../../../src/foundation/cluster/open-cluster.ts';
import { openState } from '../../../src/foundation/state/open-state.ts';
import { startTestApi } from '../../embedded/api-client.ts';
import { newFolder, run } from './run-in-process.ts';

test('a confirmation is not waited for once the release went without it', async () => {
  await using api = await startTestApi();
  await using folder = await newFolder({
    'helm-gitops.config.yaml': `repositories: [{name: fleet, url: .}]\nclusters: [{name: it, kubeconfig: "${api.kubeconfig}"}]\n`,
  });
  await using client = await openCluster({ name: 'it', kubeconfig: api.kubeconfig });
  const onUnreadable = () => undefined;
  const states = await openState({ client, namespace: 'helm-gitops', installation: 'i', onUnreadable });
  const place = { namespace: 'shop', release: 'shop' };
  await states.change('shop', 'shop', () => ({
    format: 1,
    identity: { installation: 'i', app: 'shop', environment: 'dev', repository: 'fleet', path: '', ...place },
    onRemove: 'uninstall',
    removal: { id: 'r-shop-dev', since: '2026-11-20T12:00:00Z', reason: 'too many at once' },
  }));
  const name = 'release.shop.shop';
  await using watch = client.watch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops' },
    {
      replaced: () => undefined,
      changed: (type, { metadata }) => {
        if (type === 'MODIFIED' && metadata.name === name)
          void client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name });
      },
    },
  );
  await watch.synced;
  expect(await run(folder.path, ['confirm', 'r-shop-dev'])).toEqual({
    code: 0,
    stdout: 'shop/dev: the release is gone\n',
    stderr: '',
  });
});
