/**
 * The story of docs/promotion.md from end to end, at a real forge: a developer's commit reaches dev, staging by a commit and
 * prod by an approved pull request; a bad version stops in staging; an incident in prod is undone in git.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { expectAsPlanned } from '../support/as-planned.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const inStaging = 'and (eq .Release.Namespace "story-staging") (hasPrefix "bad" .Values.image.tag)';
const files = {
  ...webChart(`{{ if ${inStaging} }}broken-{{ end }}{{ .Values.image.tag }}`),
  ...promotedWeb(
    'story',
    `    dev: {}
    staging: {promote: {from: dev}}
    prod:
      promote: {from: staging, as: pullRequest, merge: true}
      promotion: {gates: [approval: {by: [bob]}]}
`,
  ),
};
const values = (environment: string, tag: string) => ({
  [`values/${environment}.yaml`]: `image: {tag: ${tag}} # of ${environment}\n`,
});

describe.skipIf(forgeSkipped !== '')(`the story of promotion${forgeSkipped}`, () => {
  describeOnEach('a version', (cluster) => {
    const scene = daemonOn(cluster, ['story-dev', 'story-staging', 'story-prod']);
    let there: ForgeRepository;
    let fleet: TestRepository;
    let daemon: RunningDaemon;

    const own = () => there.url.replace('//', '//ann:secret123@');
    const commit = (tag: string) => {
      git(fleet.work, 'pull', '-q', '--rebase', own(), 'main');
      fleet.commit(values('dev', tag));
      there.push(fleet.work);
      return daemon.lines.length;
    };
    const tagIn = (environment: string) => {
      git(fleet.work, 'fetch', '-q', own(), 'main');
      return git(fleet.work, 'show', `FETCH_HEAD:values/${environment}.yaml`);
    };
    /** Proposed for prod, approved by bob, merged by the daemon, deployed. */
    const reachesProd = async (from: number) => {
      const { url } = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      const branch = ['--commit', 'helm-gitops/promote/web-prod', '--config', scene.config];
      const planned = await run(scene.folder, ['plan', '-e', 'prod', ...branch, '-o', 'json'], gitEnvironment);
      await there.approve('bob', Number(String(url).split('/').at(-1)));
      await daemon.waitFor('promotion.merged', { environment: 'prod' }, from);
      const line = await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
      await expectAsPlanned(planned.stdout, { daemon, client: scene.client, line });
    };

    beforeAll(async () => {
      there = await forgeRepository(`story-${cluster.name}`);
      scene.write({ token: await there.token('write', 'write:repository', 'write:issue') });
      fleet = scene.remote('fleet');
      fleet.commit({ ...files, ...values('dev', 'v1'), ...values('staging', 'v1'), ...values('prod', 'v1') });
      there.push(fleet.work);
      daemon = await scene.start([
        `repositories: [{name: fleet, url: "${there.url}", revision: main, path: apps, poll: 1s, forge: {kind: gitea}}]`,
        `credentials: [{url: "${there.prefix}", tokenFile: token}]`,
      ]);
    });

    afterAll(() => scene[Symbol.asyncDispose]());

    test('goes from a developer’s commit to prod', async () => {
      const from = commit('v2');
      await daemon.waitFor('promotion.committed', { environment: 'staging' }, from);
      await reachesProd(from);
      expect(tagIn('prod')).toBe('image: {tag: v2} # of prod');
    });

    test('that is bad stops in staging', async () => {
      const from = commit('bad-3');
      await daemon.waitFor('promotion.committed', { environment: 'staging' }, from);
      await daemon.waitFor('rollback.done', { environment: 'staging' }, from);
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'healthy' }, from);
      expect(waiting['message']).toContain('web/staging');
      expect(await there.ask('/pulls?state=open')).toEqual([]);
      expect(tagIn('prod')).toBe('image: {tag: v2} # of prod');
    });

    test('that makes an incident in prod is undone in git', async () => {
      await reachesProd(commit('v4'));
      const from = daemon.lines.length;
      const args = ['rollback', 'web', '-e', 'prod', '--promote-back', '--config', scene.config];
      expect(await run(scene.folder, args, gitEnvironment)).toMatchObject({ code: 0 });
      const { url } = await daemon.waitFor('promotion.reverted', { environment: 'prod' }, from);
      await there.merge(Number(String(url).split('/').at(-1)));
      await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
      expect(tagIn('prod')).toBe('image: {tag: v2} # of prod');
      await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'taken-back' }, from);
    });

    test('after it goes the same way', async () => {
      await reachesProd(commit('v5'));
      expect(tagIn('prod')).toBe('image: {tag: v5} # of prod');
    });
  });
});
