/** A push that is told by a webhook is deployed long before the next poll: of anybody who can sign, and of a real Gitea. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { forgeRepository, forgeSkipped } from '../support/forge.ts';
import { chartYaml } from '../support/make-chart.ts';

const secret = 'known-to-both';
const fleet = (colour: string) => ({
  'charts/settings/Chart.yaml': chartYaml('settings'),
  'charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: "{{ .Values.colour }}"}\n',
  'apps/settings.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: settings}
spec: {chart: {path: charts/settings}, namespace: pushed, values: [{inline: {colour: ${colour}}}]}
`,
});

describeOnEach('a repository that is polled once an hour', (cluster) => {
  test('is looked at when a signed webhook says so, and not when one is signed otherwise', async () => {
    await using scene = daemonOn(cluster, ['pushed']);
    const repository = scene.remote('fleet');
    repository.commit(fleet('red'));
    scene.write({ 'webhook-secret': `${secret}\n` });
    const daemon = await scene.start([
      `repositories: [{name: fleet, url: ${repository.remote}, path: apps, poll: 1h, webhook: {secretFile: webhook-secret}}]`,
    ]);
    const { page } = await daemon.waitFor('daemon.ready');
    const push = async (key: string) => {
      const body = '{"pushed": true}';
      const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
      const answer = await fetch(`${page}webhooks/generic`, {
        method: 'POST',
        body,
        headers: { 'x-signature': signature },
      });
      return answer.status;
    };
    const commit = repository.commit(fleet('green'));
    expect(await push('known to nobody')).toBe(401);
    expect(daemon.lines.some(({ commit: told }) => told === commit)).toBe(false);
    expect(await push(secret)).toBe(202);
    await daemon.waitFor('release.deployed', { app: 'settings', commit });
  });

  test.skipIf(forgeSkipped !== '')(`is looked at when its Gitea tells of a push${forgeSkipped}`, async () => {
    await using scene = daemonOn(cluster, ['pushed']);
    const local = scene.remote('local');
    local.commit(fleet('red'));
    const forge = await forgeRepository(`pushed-${cluster.name}`);
    forge.push(local.work);
    scene.write({ 'webhook-secret': secret, token: await forge.token('read', 'read:repository') });
    const daemon = await scene.start([
      `repositories: [{name: fleet, url: "${forge.url}", path: apps, poll: 1h, webhook: {secretFile: webhook-secret}}]`,
      `credentials: [{url: "${forge.prefix}", tokenFile: token}]`,
    ]);
    const { page } = await daemon.waitFor('daemon.ready');
    const config = { url: `${page}webhooks/gitea`, secret, content_type: 'json' };
    await forge.ask('/hooks', { type: 'gitea', active: true, events: ['push'], config });
    const commit = local.commit(fleet('green'));
    forge.push(local.work);
    await daemon.waitFor('release.deployed', { app: 'settings', commit });
  });
});
