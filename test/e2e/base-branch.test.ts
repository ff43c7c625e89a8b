/** The branch that is followed is deleted while a pull request of ours is to be merged into it, and comes back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { type ForgeFleet, forgeFleet } from '../support/forge-fleet.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const environments = '    dev: {}\n    prod: {promote: {from: dev, as: pullRequest}}\n';
const values = (environment: string, tag: string) => ({ [`values/${environment}.yaml`]: `image: {tag: ${tag}}\n` });

describe.skipIf(forgeSkipped !== '')(`the branch that is followed${forgeSkipped}`, () => {
  describeOnEach('deleted', (cluster) => {
    const scene = daemonOn(cluster, ['base-dev', 'base-prod']);
    let there: ForgeRepository;
    let daemon: RunningDaemon;
    let at: ForgeFleet;
    const push = () => at.remote('push', '-q', at.own, 'HEAD:refs/heads/live');

    beforeAll(async () => {
      there = await forgeRepository(`base-${cluster.name}`);
      scene.write({ token: await there.token('write', 'write:repository', 'write:issue') });
      const fleet = scene.remote('fleet');
      fleet.commit({
        ...webChart('{{ .Values.image.tag }}'),
        ...promotedWeb('base', environments),
        ...values('dev', 'v1'),
        ...values('prod', 'v1'),
      });
      there.push(fleet.work);
      at = forgeFleet(there, fleet);
      push();
      daemon = await scene.start([
        'repositories:',
        `  - {name: fleet, url: "${there.url}", revision: live, path: apps, poll: 1s, forge: {kind: gitea}}`,
        `credentials: [{url: "${there.prefix}", tokenFile: token}]`,
      ]);
      await daemon.waitFor('release.healthy', { environment: 'prod' });
      fleet.commit(values('dev', 'v2'));
      push();
    });

    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
    });

    test('is one line, keeps what runs, and its request is made again when it is back', async () => {
      const { url } = await daemon.waitFor('promotion.proposed', { environment: 'prod' });
      const from = daemon.lines.length;
      await there.ask('/branches/live', undefined, 'DELETE');
      const failed = await daemon.waitFor('repository.failed', { repository: 'fleet' }, from);
      expect(failed['message']).toContain('live');
      push();
      // Gitea has aimed it at the default branch meanwhile.
      await daemon.waitFor('promotion.closed', { environment: 'prod', url }, from);
      const again = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      await there.merge(Number(String(again['url']).split('/').at(-1)));
      await daemon.waitFor('promotion.merged', { environment: 'prod', url: again['url'] }, from);
      await daemon.waitFor('release.healthy', { environment: 'prod', version: 2 }, from);
      const since = daemon.lines.slice(from);
      expect(since.filter(({ event }) => event === 'repository.failed')).toHaveLength(1);
      expect(since.filter(({ event }) => /^release\.(?:uninstalled|failed)|^promotion\.failed/.test(event))).toEqual(
        [],
      );
    });
  });
});
