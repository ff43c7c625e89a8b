/** Pull requests beside each other: of targets whose names could be one, of targets that have gone, and of others. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepositoryConfig } from '../../src/foundation/git/repository-config.ts';
import { type Fetched, fetchRevision } from '../../src/pipeline/source/fetch-revision.ts';
import { writeRevision } from '../../src/pipeline/source/write-revision.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped, passOn } from '../support/forge.ts';
import { type ForgeFleet, forgeFleet } from '../support/forge-fleet.ts';
import { gitEnvironment } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { webChart } from '../support/web-chart.ts';

const app = (name: string, environments: string) => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/web}
  namespace: "many-{{environment}}-{{app}}"
  values: ["values/{{app}}/{{environment}}.yaml"]
  promotion: {keys: [tag]}
  rollback: {soak: 0s}
  timeout: 20s
  environments:
    dev: {}
${environments}`,
});
const target = (environment: string) => `    ${environment}: {promote: {from: dev, as: pullRequest}}\n`;
const values = (name: string, environment: string, tag: string) => ({
  [`values/${name}/${environment}.yaml`]: `tag: ${tag}\n`,
});
const sources = (tag: string) => ({ ...values('web', 'dev', tag), ...values('web-a', 'dev', tag) });
const namespaces = ['dev-web', 'a-b-web', 'dev-web-a', 'b-web-a'].map((name) => `many-${name}`);

describe.skipIf(forgeSkipped !== '')(`requests beside each other${forgeSkipped}`, () => {
  describeOnEach('pull requests of many', (cluster) => {
    const scene = daemonOn(cluster, namespaces);
    let there: ForgeRepository;
    let daemon: RunningDaemon;
    let at: ForgeFleet;
    let door: TestServer;
    /** No request is changed: whoever wants to waits. */
    let isHeld = false;

    const open = async () => (await at.pulls('open')).map(({ head }) => head.ref).sort();
    /** What a daemon that reads the definitions of this path proposes for `NAME/gone`. */
    const proposedBy = async (path: string, name: string) => {
      const repository: RepositoryConfig = {
        ...{ name: 'fleet', type: 'remote', url: at.own, revision: 'main', path, watch: false },
        poll: { type: 'every', milliseconds: 1000 },
      };
      const options = { repository, cacheFolder: join(scene.folder, `cache-${name}`), environment: gitEnvironment };
      const { checkout } = (await fetchRevision(options)) as Fetched;
      const trailer = `Helm-Gitops-Promotion: ${name} dev→gone`;
      const files = new Map([['values/others', { before: '', after: name }]]);
      const branch = `helm-gitops/promote/${name}-gone`;
      const aside = { branch, ours: [], trailer };
      await writeRevision({ ...options, checkout, files, message: `promote\n\n${trailer}\n`, now: new Date(), aside });
      return branch;
    };
    const ask = (branch: string) => there.open(branch, branch);

    beforeAll(async () => {
      there = await forgeRepository(`many-${cluster.name}`);
      door = await startServer(async (request, response) => {
        if (isHeld && request.method === 'PATCH') return;
        await passOn(new URL(there.url).origin, request, response);
      });
      scene.write({ token: await there.token('write', 'write:repository', 'write:issue') });
      const fleet = scene.remote('fleet');
      fleet.commit({
        ...webChart('{{ .Values.tag }}'),
        ...app('web', target('a-b')),
        ...app('web-a', target('b')),
        ...sources('v1'),
        ...values('web', 'a-b', 'v1'),
        ...values('web-a', 'b', 'v1'),
      });
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

    test('each target has a request of its own, whatever their names give together', async () => {
      at.commit(sources('v2'));
      const ofWeb = await daemon.waitFor('promotion.proposed', { app: 'web' });
      const ofOther = await daemon.waitFor('promotion.proposed', { app: 'web-a' });
      expect([ofWeb['branch'], ofOther['branch']]).toEqual([
        'helm-gitops/promote/web_a-b',
        'helm-gitops/promote/web-a-b',
      ]);
      expect(await open()).toEqual([ofOther['branch'], ofWeb['branch']]);
    });

    test('that of a target which went while no daemon ran is closed at the next start, and no other', async () => {
      at.commit({ 'others/.keep': '', 'values/others': '' });
      await ask(await proposedBy('others', 'api'));
      const mine = await proposedBy('apps', 'shop');
      at.pushTo(mine, {});
      await ask(mine);
      const byHand = 'helm-gitops/promote/by-hand';
      at.remote('push', '-q', at.own, `${at.pushTo(mine, {})}:refs/heads/${byHand}`);
      await ask(byHand);
      const before = await open();
      isHeld = true;
      const from = daemon.lines.length;
      at.commit(app('web-a', ''));
      await daemon.waitFor('release.uninstalled', { app: 'web-a', environment: 'b' }, from);
      const states = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops' };
      const remembered = async () =>
        (await scene.client.list(states)).items.filter((one) =>
          JSON.stringify(one).includes('"release.many-b-web-a.web-a"'),
        );
      await expect.poll(remembered, { timeout: 90_000 }).toEqual([]);
      await daemon.stop('SIGKILL');
      expect(await open()).toEqual(before);
      isHeld = false;
      daemon = await scene.restart();
      const closed = await daemon.waitFor('promotion.orphaned', { app: 'web-a', environment: 'b' });
      expect(closed).toMatchObject({
        ...{ repository: 'fleet', branch: 'helm-gitops/promote/web-a-b' },
        message: 'web-a/b gets its version from no other environment any more',
      });
      expect(await at.pull(closed['url'])).toMatchObject({
        state: 'closed',
        body: expect.stringMatching(/^\*\*Closed:\*\* web-a\/b gets its version from no other/),
      });
      expect(await open()).toEqual(before.filter((branch) => branch !== closed['branch']));
    });
  });
});
