/** Two of three who are named, by a review at a real Gitea and by the API: each once, whichever way they say it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { type KubernetesPeople, kubernetesPeople } from '../support/kubernetes-people.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { promotedWeb, webChart } from '../support/web-chart.ts';

const account = (name: string) => `system:serviceaccount:reviews-people:${name}`;
const files = {
  ...webChart('{{ .Values.image.tag }}'),
  'charts/web/templates/secret.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {key: "{{ .Values.image.tag }}-hidden-key"}\n',
  ...promotedWeb(
    'reviews',
    `    dev: {}
    prod:
      promote: {from: dev, as: pullRequest, merge: true}
      promotion: {gates: [{approval: {count: 2, by: [{forge: bob, user: "${account('bob')}"}, {user: "${account('cleo')}"}, dan]}}]}
`,
  ),
};
const values = (environment: string, tag: string) => ({ [`values/${environment}.yaml`]: `image:\n    tag: ${tag}\n` });

describe.skipIf(forgeSkipped !== '')(`reviews and the API${forgeSkipped}`, () => {
  describeOnEach('approvals of a pull request', (cluster) => {
    const scene = daemonOn(cluster, ['reviews-dev', 'reviews-prod', 'reviews-people']);
    let there: ForgeRepository;
    let fleet: TestRepository;
    let daemon: RunningDaemon;
    let people: KubernetesPeople;
    let page: unknown;
    const tokens: string[] = [];

    const own = (address: string) => address.replace('//', '//ann:secret123@');
    const commit = (texts: Record<string, string>) => {
      git(fleet.work, 'pull', '-q', '--rebase', own(there.url), 'main');
      fleet.commit(texts);
      there.push(fleet.work);
    };
    const helmGitops = (...args: string[]) =>
      run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: 'cleo' });
    const decideAs = async (person: string, id: unknown, ...more: string[]) => {
      const token = await people.token(person);
      tokens.push(token);
      scene.write({ token });
      const verb = more.includes('--reason') ? 'reject' : 'approve';
      return await helmGitops(verb, String(id), ...more, '--server', String(page), '--token-file', 'token');
    };
    const approval = async () => {
      const [{ gates }] = JSON.parse((await helmGitops('promotions', '-o', 'json')).stdout);
      return gates.find(({ name }: { name: string }) => name === 'approval') as { open: boolean; message: string };
    };
    const numberOf = (url: unknown) => Number(String(url).split('/').at(-1));

    beforeAll(async () => {
      there = await forgeRepository(`reviews-${cluster.name}`);
      scene.write({ forge: await there.token('write', 'write:repository', 'write:issue') });
      fleet = scene.remote('fleet');
      fleet.commit({ ...files, ...values('dev', 'v1'), ...values('prod', 'v1') });
      there.push(fleet.work);
      daemon = await scene.start([
        'repositories:',
        `  - {name: fleet, url: "${there.url}", revision: main, path: apps, poll: 1s, forge: {kind: gitea}}`,
        `credentials: [{url: "${there.prefix}", tokenFile: forge}]`,
      ]);
      ({ page } = await daemon.waitFor('daemon.ready'));
      people = await kubernetesPeople(
        { client: scene.client, kubeconfig: cluster.kubeconfig(scene.folder) },
        { namespace: 'reviews-people', people: ['bob', 'cleo'], deciders: ['bob', 'cleo'] },
      );
    });

    afterAll(() => scene[Symbol.asyncDispose]());

    test('one who reviews it and approves it by the API counts once; another by the API opens it', async () => {
      const from = daemon.lines.length;
      commit(values('dev', 'v2'));
      const { url, id } = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      const asked = `waits for a review of ${url} or helm-gitops approve ${id} by the API, by 2 of bob, ${account('cleo')}, dan`;
      const waiting = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' }, from);
      expect(waiting['message']).toBe(asked);
      expect((await helmGitops('approve', String(id))).stderr).toContain('an annotation does not prove who wrote it');
      await there.approve('bob', numberOf(url));
      await expect.poll(async () => (await approval()).message, { timeout: 90_000 }).toContain('1 of');
      expect((await decideAs('bob', id)).code).toBe(0);
      expect(await approval()).toMatchObject({ open: false, message: expect.stringContaining(`beside bob`) });
      expect((await decideAs('cleo', id)).code).toBe(0);
      const approvedBy = `bob (review), ${account('cleo')} (api)`;
      const merged = await daemon.waitFor('promotion.merged', { environment: 'prod', id, approvedBy }, from);
      await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
      git(fleet.work, 'fetch', '-q', own(there.url), 'main');
      const text = git(fleet.work, 'log', '-1', '--format=%B', String(merged['commit']));
      expect(text).toContain('Helm-Gitops-Approved-By: bob (review)\n');
      expect(text).toContain(`Helm-Gitops-Approved-By: ${account('cleo')} (api)`);
    });

    test('rejected by the API the request is closed, with the name; a review opens nothing then', async () => {
      let from = daemon.lines.length;
      commit(values('dev', 'v3'));
      const { url, id } = await daemon.waitFor('promotion.proposed', { environment: 'prod' }, from);
      expect((await decideAs('cleo', id, '--reason', 'not this one')).code).toBe(0);
      const closed = await daemon.waitFor('promotion.closed', { environment: 'prod', id }, from);
      expect(closed['message']).toContain(`rejected by ${account('cleo')} by the API at `);
      expect(closed['message']).toContain('not this one');
      from = daemon.lines.length;
      expect((await decideAs('cleo', id)).code).toBe(0);
      const again = await daemon.waitFor('promotion.proposed', { environment: 'prod', id }, from);
      expect(again['url']).not.toBe(url);
      await there.approve('dan', numberOf(again['url']));
      const approvedBy = `${account('cleo')} (api), dan (review)`;
      await daemon.waitFor('promotion.merged', { environment: 'prod', id, approvedBy }, from);
    });

    test('neither a token nor a value of a Secret is in log, state, request or commit', async () => {
      git(fleet.work, 'fetch', '-q', own(there.url), 'main');
      const place = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: 'release.reviews-prod.web' };
      const key = { apiVersion: 'v1', kind: 'Secret', namespace: 'helm-gitops', name: 'helm-gitops-approvals' };
      const secret = (await scene.client.get(key))?.['data'] as { key: string };
      const told = [
        JSON.stringify(daemon.lines),
        daemon.noise.join('\n'),
        JSON.stringify(await scene.client.get(place)),
        JSON.stringify(await there.ask('/pulls?state=all')),
        git(fleet.work, 'log', '--format=%B', 'FETCH_HEAD'),
        (await helmGitops('promotions', '-o', 'json')).stdout + (await helmGitops('status', '-o', 'json')).stdout,
      ].join('\n');
      const hidden = [...tokens, secret.key, 'hidden-key', Buffer.from('v3-hidden-key').toString('base64')];
      expect(hidden.filter((one) => told.includes(one))).toEqual([]);
      expect(told).toContain(account('cleo'));
    });
  });
});
