/** Pull requests of promotions while people do something else at the same time: edit, merge otherwise, delete, rename. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { type ForgeFleet, forgeFleet } from '../support/forge-fleet.ts';
import { gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const apps = (prod: string) =>
  promotedWeb(
    'meanwhile',
    `    dev: {}
    qa: {}
    prod: ${prod}
`,
  );
const promoted = '{promote: {from: [dev, qa], as: pullRequest}}';
const values = (environment: string, tag: string) => ({
  [`values/${environment}.yaml`]: `image:\n  tag: ${tag}\nreplicas: 1\n`,
});
const agreed = { 'config/qa.yaml': 'image: {tag: v11}\n' };
const sources = (tag: string) => ({ ...values('dev', tag), ...values('qa', tag) });

describe.skipIf(forgeSkipped !== '')(`requests among people${forgeSkipped}`, () => {
  describeOnEach('a pull request', (cluster) => {
    const scene = daemonOn(cluster, ['meanwhile-dev', 'meanwhile-qa', 'meanwhile-prod']);
    let there: ForgeRepository;
    let fleet: TestRepository;
    let daemon: RunningDaemon;
    let at: ForgeFleet;

    const proposal = (from: number) => daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
    const proposed = async (tag: string) => {
      const from = daemon.lines.length;
      at.commit(sources(tag));
      return { from, request: await proposal(from) };
    };
    const numberOf = (url: unknown) => Number(String(url).split('/').at(-1));
    const cli = async (...args: string[]) => {
      const { stdout, stderr } = await run(scene.folder, [...args, '--config', scene.config], gitEnvironment);
      return stdout + stderr;
    };

    beforeAll(async () => {
      there = await forgeRepository(`meanwhile-${cluster.name}`);
      scene.write({ token: await there.token('write', 'write:repository', 'write:issue') });
      fleet = scene.remote('fleet');
      fleet.commit({
        ...webChart('{{ .Values.image.tag }}'),
        ...apps(promoted),
        ...sources('v1'),
        ...values('prod', 'v1'),
      });
      there.push(fleet.work);
      at = forgeFleet(there, fleet);
      daemon = await scene.start([
        'repositories:',
        `  - {name: fleet, url: "${there.url}", revision: main, path: apps, poll: 1s, forge: {kind: gitea}}`,
        `credentials: [{url: "${there.prefix}", tokenFile: token}]`,
      ]);
    });

    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
    });

    test('is put on top of what a person has set meanwhile, and names it', async () => {
      const { from, request } = await proposed('v2');
      at.commit(values('prod', 'v1-hotfix'));
      const again = await daemon.waitFor(
        'promotion.proposed',
        { changed: 'values/prod.yaml:2 image.tag v1-hotfix→v2' },
        from,
      );
      expect(again['url']).toBe(request['url']);
      expect(again['commit']).not.toBe(request['commit']);
      expect((await at.pull(again['url'])).body).toContain('image.tag v1-hotfix→v2');
      await there.merge(numberOf(again['url']));
      await daemon.waitFor('promotion.merged', { environment: 'prod', url: again['url'] }, from);
      expect(at.show('values/prod.yaml')).toContain('tag: v2\n');
    });

    test('that was merged with something else in it leaves that to the person', async () => {
      const { from, request } = await proposed('v3');
      at.pushTo(String(request['branch']), values('prod', 'v3-mine'));
      await there.merge(numberOf(request['url']), 'squash');
      await daemon.waitFor('promotion.merged', { environment: 'prod', url: request['url'] }, from);
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'taken-back' }, from);
      expect(waiting['message']).toContain('is not there any more');
      const { request: next } = await proposed('v4');
      expect(next['message']).toContain('image.tag changed by hand since the last promotion');
      await there.merge(numberOf(next['url']));
      await daemon.waitFor('promotion.merged', { environment: 'prod', url: next['url'] }, from);
    });

    test('whose branch somebody deletes is closed, and keeps its version back', async () => {
      const { from, request } = await proposed('v5');
      await there.ask(`/branches/${encodeURIComponent(String(request['branch']))}`, undefined, 'DELETE');
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'rejected' }, from);
      expect(waiting['message']).toContain(`${request['url']} was closed`);
      const { request: next } = await proposed('v6');
      expect(next['url']).not.toBe(request['url']);
      await there.merge(numberOf(next['url']));
      await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
    });

    test('does not ask about what was promoted by hand from where it comes from anyway', async () => {
      at.commit(sources('v7'));
      const from = daemon.lines.length;
      await proposal(from - 1);
      await daemon.waitFor('release.healthy', { environment: 'dev' }, from - 1);
      expect(await cli('promote', 'web', '--from', 'dev', '--to', 'prod')).toContain('committed ');
      const closed = await daemon.waitFor('promotion.closed', { environment: 'prod' }, from);
      expect(closed['message']).toBe('prod has the version of dev, qa');
      const { request } = await proposed('v8');
      expect(request['message']).toBe(`merge ${request['url']} to promote it`);
      await there.merge(numberOf(request['url']));
      await daemon.waitFor('promotion.merged', { url: request['url'] }, from);
    });

    test('that would take a version back is closed when there is a newer one', async () => {
      const { from, request } = await proposed('v9');
      await there.merge(numberOf(request['url']));
      await daemon.waitFor('promotion.merged', { url: request['url'] }, from);
      await cli('rollback', 'web', '-e', 'prod', '--promote-back');
      const back = await daemon.waitFor('promotion.reverted', { environment: 'prod' }, from);
      const { request: next } = await proposed('v10');
      expect(next['message']).toBe(`merge ${next['url']} to promote it`);
      await there.merge(numberOf(next['url']));
      const closed = await daemon.waitFor('promotion.closed', { environment: 'prod', url: back['url'] }, from);
      expect(closed['message']).toBe('prod has got another version since');
      expect((await at.pull(back['url'])).state).toBe('closed');
    });

    test('follows the file of its target to another name', async () => {
      const { from, request } = await proposed('v11');
      at.remote('pull', '-q', '--rebase', at.own, 'main');
      at.remote('mv', 'values', 'config');
      at.remote('commit', '-q', '-m', 'Rename');
      at.commit({ 'apps/web.yaml': at.show('apps/web.yaml').replace('values/{{', 'config/{{') });
      const again = await daemon.waitFor(
        'promotion.proposed',
        { changed: 'config/prod.yaml:2 image.tag v10→v11' },
        from,
      );
      expect(again['url']).toBe(request['url']);
      expect(at.show('config/prod.yaml', String(again['branch']))).toContain('tag: v11\n');
    });

    test('is made anew on top of a history that was rewritten', async () => {
      const [open] = await at.pulls('open');
      const from = daemon.lines.length;
      at.remote('pull', '-q', '--rebase', at.own, 'main');
      const takenOut = at.remote('rev-parse', 'HEAD').trim();
      at.remote('commit', '-q', '--amend', '-m', 'Rewritten');
      at.remote('push', '-q', '--force', at.own, 'HEAD:main');
      await daemon.waitFor('repository.rewritten', { from: takenOut }, from);
      const again = await proposal(from);
      expect(again['url']).toBe(open?.html_url);
      at.remote('fetch', '-q', at.own, String(again['branch']));
      const history = at.remote('rev-list', 'FETCH_HEAD').split('\n');
      expect(history).toContain(at.remote('rev-parse', 'HEAD').trim());
      expect(history).not.toContain(takenOut);
    });

    test('may not be merged while its sources do not agree', async () => {
      const [open] = await at.pulls('open');
      const from = daemon.lines.length;
      at.commit({ 'config/qa.yaml': 'image: {tag: v12}\n' });
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'disagree' }, from);
      await expect
        .poll(() => there.ask(`/statuses/${open?.head.sha}?sort=recentupdate`), { timeout: 90_000 })
        .toContainEqual(expect.objectContaining({ status: 'pending', description: waiting['message'] }));
    });

    test('is closed when its target gets its version from nowhere any more', async () => {
      const [open] = await at.pulls('open');
      const from = daemon.lines.length;
      at.commit({ 'apps/web.yaml': at.show('apps/web.yaml').replace(promoted, '{}') });
      const closed = await daemon.waitFor('promotion.closed', { environment: 'prod', url: open?.html_url }, from);
      expect(closed['message']).toBe('prod gets its version from no other environment any more');
      expect(await at.pulls('open')).toEqual([]);
    });

    test('is closed when its environment goes', async () => {
      const from = daemon.lines.length;
      at.commit({ 'apps/web.yaml': at.show('apps/web.yaml').replace('prod: {}', `prod: ${promoted}`), ...agreed });
      const { url } = await proposal(from);
      at.commit({ 'apps/web.yaml': at.show('apps/web.yaml').replace(`\n    prod: ${promoted}`, '') });
      await daemon.waitFor('release.uninstalled', { environment: 'prod' }, from);
      await daemon.waitFor('promotion.closed', { environment: 'prod', url }, from);
      expect(await at.pulls('open')).toEqual([]);
    });
  });
});
