/** Versions that go to prod by pull requests of a real Gitea: opened, kept up to date, reviewed, merged, closed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped, passOn } from '../support/forge.ts';
import { type ForgeFleet, forgeFleet } from '../support/forge-fleet.ts';
import { gitEnvironment } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { promotedWeb } from '../support/web-chart.ts';

const files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/web.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {tag: {{ .Values.image.tag | quote }}}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {key: {{ printf "%s-hidden-key" .Values.image.tag }}}
`,
  ...promotedWeb(
    'requests',
    `    dev: {}
    prod:
      promote: {from: dev, as: pullRequest, merge: true}
      promotion: {gates: [approval: {by: [Bob, cleo]}]}
`,
  ),
};
const values = (environment: string, tag: string) => ({
  [`values/${environment}.yaml`]: `image:\n    tag: ${tag} # by hand\n`,
});

describe.skipIf(forgeSkipped !== '')(`pull requests at a real forge${forgeSkipped}`, () => {
  describeOnEach('promotion by pull request', (cluster) => {
    const scene = daemonOn(cluster, ['requests-dev', 'requests-prod']);
    let there: ForgeRepository;
    let daemon: RunningDaemon;
    let token: string;
    let at: ForgeFleet;
    let door: TestServer;
    /** The next pull request is not opened: whoever asks for it waits. */
    let isHeld = false;

    const inProd = () => at.show('values/prod.yaml');
    const promotions = async () => {
      const { stdout } = await run(
        scene.folder,
        ['promotions', '-o', 'json', '--config', scene.config],
        gitEnvironment,
      );
      return JSON.parse(stdout);
    };

    beforeAll(async () => {
      there = await forgeRepository(`requests-${cluster.name}`);
      door = await startServer(async (request, response) => {
        if (isHeld && request.method === 'POST' && request.url.endsWith('/pulls')) return;
        await passOn(new URL(there.url).origin, request, response);
      });
      token = await there.token('write', 'write:repository', 'write:issue');
      scene.write({ token });
      const fleet = scene.remote('fleet');
      fleet.commit({ ...files, ...values('dev', 'v1'), ...values('prod', 'v1') });
      there.push(fleet.work);
      at = forgeFleet(there, fleet);
      daemon = await scene.start([
        'repositories:',
        `  - {name: fleet, url: "${there.url}", revision: main, path: apps, poll: 1s, forge: {kind: gitea, api: "${door.url}/api/v1"}}`,
        `credentials: [{url: "${there.prefix}", tokenFile: token}]`,
      ]);
    });

    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
      await door?.[Symbol.asyncDispose]();
    });

    test('a version that is healthy in dev is proposed, with its plan and its gates', async () => {
      const from = daemon.lines.length;
      at.commit(values('dev', 'v2'));
      const proposed = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      expect(proposed).toMatchObject({
        changed: 'values/prod.yaml:2 image.tag v1→v2',
        branch: 'helm-gitops/promote/web-prod',
      });
      const { title, body, labels, head } = await at.pull(proposed['url']);
      expect({ title, ref: head.ref, sha: head.sha }).toEqual({
        ...{ title: 'promote web dev→prod: image.tag v1→v2', ref: proposed['branch'], sha: proposed['commit'] },
      });
      expect(labels.map(({ name }) => name).sort()).toEqual(['helm-gitops', 'prod']);
      expect(body).toContain('values/prod.yaml:2 image.tag v1→v2');
      expect(body).toContain('/data/tag: v1 → v2');
      expect(body).not.toContain('hidden-key');
      expect(body).toContain('- [x] healthy: web/dev is healthy');
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' }, from);
      expect(waiting['message']).toBe(`waits for a review of ${proposed['url']} by 1 of Bob, cleo`);
      expect(await promotions()).toMatchObject([{ id: proposed['id'], state: 'proposed', url: proposed['url'] }]);
      await expect
        .poll(() => there.ask(`/statuses/${head.sha}`), { timeout: 90_000 })
        .toMatchObject([{ context: 'helm-gitops/gates', status: 'pending' }]);
    });

    test('a newer version takes its place in the same request, also after a restart', async () => {
      const [before] = await at.pulls('open');
      daemon = await scene.restart();
      const from = 0;
      at.commit(values('dev', 'v3'));
      const proposed = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      expect(proposed['url']).toBe(before?.html_url);
      const open = await at.pulls('open');
      expect(open.map(({ title, head }) => [title, head.sha])).toEqual([
        ['promote web dev→prod: image.tag v1→v3', proposed['commit']],
      ]);
      expect(open[0]?.body).toContain('/data/tag: v1 → v3');
    });

    test('a plan is written beneath it, and the next one in its place', async () => {
      const [open] = await at.pulls('open');
      const of = ['--commit', String(open?.head.ref), '--comment', `#${open?.number}`];
      const plan = () => run(scene.folder, ['plan', ...of, '--config', scene.config], gitEnvironment);
      expect(await plan()).toMatchObject({ code: 0, stderr: `commented on #${open?.number} of ${there.url}\n` });
      expect(await plan()).toMatchObject({ code: 0 });
      const comments = (await there.ask(`/issues/${open?.number}/comments`)) as { body: string }[];
      expect(comments).toHaveLength(1);
      expect(comments[0]?.body).toContain('/data/tag: v1 → v3');
      expect(comments[0]?.body).not.toContain('hidden-key');
    });

    test('it is closed when dev takes its version back', async () => {
      const from = daemon.lines.length;
      const [before] = await at.pulls('open');
      at.commit(values('dev', 'v1'));
      const closed = await daemon.waitFor('promotion.closed', { environment: 'prod' }, from);
      expect(closed).toMatchObject({ url: before?.html_url, message: 'prod has the version of dev' });
      expect(await at.pull(before?.html_url)).toMatchObject({
        state: 'closed',
        body: expect.stringMatching(/^\*\*Closed:\*\* prod has the version of dev\n/),
      });
    });

    test('approved by one who was asked it is merged, and deployed', async () => {
      const from = daemon.lines.length;
      at.commit(values('dev', 'v4'));
      const proposed = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      const { number } = await at.pull(proposed['url']);
      await there.approve('dan', number);
      await there.approve('bob', number);
      const merged = await daemon.waitFor('promotion.merged', { environment: 'prod' }, from);
      expect(merged).toMatchObject({ id: proposed['id'], url: proposed['url'] });
      await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
      expect(inProd()).toBe('image:\n    tag: v4 # by hand');
      expect(at.remote('log', '-1', '--format=%B', 'FETCH_HEAD')).toContain('Helm-Gitops-Promotion: web dev→prod');
      expect(await promotions()).toEqual([]);
      expect(daemon.lines.slice(from).filter(({ event }) => event === 'promotion.failed')).toEqual([]);
    });

    test('what a protected branch does not let through waits, in the words of the forge', async () => {
      const rule = { rule_name: 'main', enable_push: true, required_approvals: 2 };
      await there.ask('/branch_protections', rule);
      const from = daemon.lines.length;
      at.commit(values('dev', 'v5'));
      const { url } = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      await there.approve('cleo', (await at.pull(url)).number);
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'merge' }, from);
      expect(waiting['message']).toContain(`${url} is not merged by the forge: `);
      await there.ask('/branch_protections/main', undefined, 'DELETE');
      await daemon.waitFor('promotion.merged', { environment: 'prod' }, from);
    });

    test('what was merged is taken back by a request of its own, and does not come again', async () => {
      const from = daemon.lines.length;
      const args = ['rollback', 'web', '-e', 'prod', '--promote-back', '--config', scene.config];
      const { code, stdout } = await run(scene.folder, args, gitEnvironment);
      const reverted = await daemon.waitFor('promotion.reverted', { environment: 'prod' }, from);
      const changed = 'values/prod.yaml:2 image.tag v5→v4';
      expect(reverted).toMatchObject({ changed, branch: 'helm-gitops/promote-back/web-prod' });
      expect({ code, stdout }).toEqual({
        ...{ code: 0, stdout: `web/prod: rollback done, ${changed}: merge ${reverted['url']} to take it back\n` },
      });
      const { number, title, body } = await at.pull(reverted['url']);
      expect({ title, body }).toEqual({
        title: 'take back web/prod: image.tag v5→v4',
        body: expect.stringContaining('Helm-Gitops-Promotion-Back: web/prod'),
      });
      await there.merge(number);
      await daemon.waitFor('release.deployed', { environment: 'prod', changed }, from);
      await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'taken-back' }, from);
      expect(inProd()).toBe('image:\n    tag: v4 # by hand');
      expect(await at.pulls('open')).toEqual([]);
    });

    test('killed between the push and the request, the daemon opens it at the next start, once', async () => {
      const asked = () => door.seen.filter(({ method, url }) => method === 'POST' && url.endsWith('/pulls')).length;
      const before = asked();
      isHeld = true;
      at.commit(values('dev', 'v9'));
      const pushed = async () => at.remote('ls-remote', at.own, 'refs/heads/helm-gitops/promote/web-prod');
      await expect.poll(asked, { timeout: 90_000 }).toBe(before + 1);
      await daemon.stop('SIGKILL');
      expect(await pushed()).not.toBe('');
      isHeld = false;
      daemon = await scene.restart();
      const proposed = await daemon.waitFor('promotion.proposed', { environment: 'prod' });
      expect((await pushed()).split('\t')[0]).toBe(proposed['commit']);
      expect((await at.pulls('open')).map(({ html_url, title }) => [html_url, title])).toEqual([
        [proposed['url'], 'promote web dev→prod: image.tag v4→v9'],
      ]);
    });

    test('closed by a person it keeps its version back', async () => {
      const [open] = await at.pulls('open');
      const from = daemon.lines.length;
      await there.ask(`/pulls/${open?.number}`, { state: 'closed' }, 'PATCH');
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'rejected' }, from);
      expect(waiting['message']).toContain(`${open?.html_url} was closed`);
      expect(await at.pulls('open')).toEqual([]);
    });

    test('what somebody else has pushed to its branch is left alone', async () => {
      let from = daemon.lines.length;
      at.commit(values('dev', 'v6'));
      const { branch } = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      const mine = at.pushTo(String(branch), {});
      from = daemon.lines.length;
      at.commit(values('dev', 'v7'));
      const message = new RegExp(`the branch ${branch} holds commits of somebody else`);
      await daemon.waitFor('promotion.failed', { environment: 'prod', message }, from);
      const [open] = await at.pulls('open');
      expect(open?.head.sha).toBe(mine);
      await there.ask(`/branches/${encodeURIComponent(String(branch))}`, undefined, 'DELETE');
    });

    test('a token without rights is told of, and never shown', async () => {
      const reading = await there.token('read', 'read:repository');
      const from = daemon.lines.length;
      scene.write({ token: reading });
      at.commit(values('dev', 'v8'));
      await daemon.waitFor('promotion.failed', { environment: 'prod', message: /denied/ }, from);
      scene.write({ token });
      for (const secret of [reading, token]) expect(JSON.stringify(daemon.lines)).not.toContain(secret);
    });
  });
});
