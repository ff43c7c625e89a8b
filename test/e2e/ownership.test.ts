/** Whose a release is: of two daemons of different installations on one cluster, with and without what they remember. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { adminOf, removeNamespaces } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { git, type TestRepository, temporaryFolder, testRepository, writeFiles } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { chartYaml } from '../support/make-chart.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const namespace = 'ownership';
const chart = {
  'apps/.keep': '',
  'charts/settings/Chart.yaml': chartYaml('settings'),
  'charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
};

/** Values as different as that none is taken for another one renamed. */
function application(name: string, colour: string, more: readonly string[] = []): Record<string, string> {
  const lines = ['chart: {path: charts/settings}', `namespace: ${namespace}`, 'values:', '  - inline:', ...more];
  const own = Array.from({ length: 12 }, (_, number) => `      ${name}${number}: ${name.length + number}`);
  const values = lines.indexOf('  - inline:') + 1;
  lines.splice(values, 0, `      colour: ${colour}`, ...own);
  const head = `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:`;
  return { [`apps/${name}.yaml`]: [head, ...lines.map((line) => `  ${line}`), ''].join('\n') };
}

interface Installation {
  readonly name: 'shop' | 'web';
  readonly repository: TestRepository;
  daemon: RunningDaemon;
}

// Two daemons, and removals that must not happen: looked at where there is a real cluster too.
describeOnEach('a release belongs to the installation that deployed it', (cluster) => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  let client: ClusterClient;
  let kubeconfig: string;
  let first: string;
  let shop: Installation;
  let web: Installation;
  if (cluster.skipped !== undefined || process.env['KUBECONFIG_REAL'] === undefined)
    return longTest('is', () => undefined);

  /** Repositories of one name and path: what they are called tells nothing. */
  const start = async (name: string, { remote }: TestRepository): Promise<RunningDaemon> => {
    const config = `repositories: [{name: fleet, url: ${remote}, revision: main, path: apps, poll: 1s}]
defaults: {rollback: {soak: 100ms}}
state: {namespace: ownership-${name}}
clusters: [{name: test, kubeconfig: "${kubeconfig}"}]
server: {listen: "127.0.0.1:0"}
`;
    writeFiles(folder.path, { [`${name}/config.yaml`]: config });
    const daemon = startDaemon(join(folder.path, name, 'config.yaml'));
    stack.defer(() => daemon.stop().then(() => undefined));
    await daemon.waitFor('daemon.ready');
    return daemon;
  };
  const colours = async () => {
    const { items } = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
    const all = items.map(({ metadata: { name }, data }) => [name, (data as { colour?: string } | undefined)?.colour]);
    return Object.fromEntries(all.filter(([, colour]) => colour !== undefined)) as Record<string, string>;
  };
  const remove = ({ work, commit }: TestRepository, name: string) => {
    git(work, 'rm', '-q', `apps/${name}.yaml`);
    return commit({}, `Remove ${name}`);
  };
  const uninstalled = ({ daemon }: Installation, from = 0) =>
    daemon.lines.slice(from).flatMap(({ event, release }) => (event === 'release.uninstalled' ? [release] : []));

  beforeAll(async () => {
    kubeconfig = await adminOf(cluster, folder.path, stack);
    client = stack.use(await openCluster({ name: 'test', kubeconfig }));
    stack.defer(() => removeNamespaces(client, [namespace, 'ownership-shop', 'ownership-web']));
    const [ofShop, ofWeb] = ['shop', 'web'].map((name) => {
      writeFiles(join(folder.path, name), { '.keep': '' });
      return testRepository(join(folder.path, name));
    }) as [TestRepository, TestRepository];
    first = ofShop.commit({ ...chart, ...application('alpha', 'red'), ...application('beta', 'red') });
    ofWeb.commit({ ...chart, ...application('gamma', 'red') });
    const daemons = await Promise.all([start('shop', ofShop), start('web', ofWeb)]);
    shop = { name: 'shop', repository: ofShop, daemon: daemons[0] };
    web = { name: 'web', repository: ofWeb, daemon: daemons[1] };
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });

  longTest('two share a cluster and a namespace, and each takes away its own alone', async () => {
    await shop.daemon.waitFor('release.healthy', { app: 'alpha' });
    await shop.daemon.waitFor('release.healthy', { app: 'beta' });
    await web.daemon.waitFor('release.healthy', { app: 'gamma' });
    expect(await colours()).toEqual({ alpha: 'red', beta: 'red', gamma: 'red' });
    remove(shop.repository, 'beta');
    await shop.daemon.waitFor('release.uninstalled', { app: 'beta' });
    expect(await colours()).toEqual({ alpha: 'red', gamma: 'red' });
    expect([uninstalled(shop), uninstalled(web)]).toEqual([['beta'], []]);
  });

  longTest('what the other one deployed is not taken over, and stays when its claim goes', async () => {
    const from = shop.daemon.lines.length;
    shop.repository.commit(application('thief', 'stolen', ['releaseName: gamma']));
    const message =
      'release gamma exists (revision 1) and belongs to another installation, whose state is in namespace ownership-web';
    await shop.daemon.waitFor('release.blocked', { app: 'thief', reason: 'foreign-revision', message }, from);
    remove(shop.repository, 'thief');
    await shop.daemon.waitFor('release.kept', { app: 'thief', release: 'gamma' }, from);
    shop.repository.commit(application('alpha', 'green'));
    await shop.daemon.waitFor('release.healthy', { app: 'alpha' }, from);
    expect(await colours()).toEqual({ alpha: 'green', gamma: 'red' });
    expect(uninstalled(shop, from)).toEqual([]);
  });

  longTest('a branch that is set back is followed: values, and what it does not define yet', async () => {
    let from = shop.daemon.lines.length;
    const before = shop.repository.commit(application('delta', 'blue'));
    await shop.daemon.waitFor('release.healthy', { app: 'delta' }, from);
    from = shop.daemon.lines.length;
    git(shop.repository.work, 'reset', '-q', '--hard', first);
    git(shop.repository.work, 'push', '-q', '--force', 'origin', 'HEAD:main');
    await shop.daemon.waitFor('repository.rewritten', { from: before, to: first }, from);
    await shop.daemon.waitFor('release.healthy', { app: 'alpha' }, from);
    await shop.daemon.waitFor('release.healthy', { app: 'beta' }, from);
    await shop.daemon.waitFor('release.uninstalled', { app: 'delta' }, from);
    expect(await colours()).toEqual({ alpha: 'red', beta: 'red', gamma: 'red' });
  });

  longTest('one that has lost all it remembered knows its own by the records, and them alone', async () => {
    await shop.daemon.stop();
    const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ownership-shop' };
    const { items } = await client.list({ ...state });
    const names = items.map(({ metadata }) => metadata.name ?? '').filter((name) => name !== 'kube-root-ca.crt');
    expect(names).toEqual(expect.arrayContaining(['daemon', `release.${namespace}.alpha`]));
    await Promise.all(names.map((name) => client.delete({ ...state, name })));
    const changed = { ...application('alpha', 'purple'), ...application('thief', 'red', ['releaseName: gamma']) };
    shop.repository.commit(changed);
    shop.daemon = await start('shop', shop.repository);
    await shop.daemon.waitFor('release.adopted', { app: 'beta' });
    await shop.daemon.waitFor('release.deployed', { app: 'alpha', trigger: 'adopted' });
    await shop.daemon.waitFor('release.blocked', { app: 'thief', reason: 'foreign-revision' });
    expect(await colours()).toEqual({ alpha: 'purple', beta: 'red', gamma: 'red' });
  });

  longTest(
    'handed over with adopt: always it is the other one’s, and stays when its first definition goes',
    async () => {
      const [ofShop, ofWeb] = [shop.daemon.lines.length, web.daemon.lines.length];
      web.repository.commit(application('beta', 'red', ['adopt: always']));
      await web.daemon.waitFor('release.healthy', { app: 'beta' }, ofWeb);
      await shop.daemon.waitFor('release.blocked', { app: 'beta', reason: 'foreign-revision' }, ofShop);
      // Which would take it back, were it still its own.
      shop.repository.commit(application('beta', 'green'));
      await shop.daemon.waitFor('release.planned', { app: 'beta', update: 1 }, ofShop);
      remove(shop.repository, 'beta');
      const reason = 'it belongs to another installation, whose state is in namespace ownership-web';
      await shop.daemon.waitFor('release.kept', { app: 'beta', version: 2, reason }, ofShop);
      web.repository.commit(application('beta', 'blue', ['adopt: always']));
      await web.daemon.waitFor('release.deployed', { app: 'beta', version: 3 }, ofWeb);
      expect(await colours()).toMatchObject({ beta: 'blue' });
      expect([uninstalled(shop, ofShop), uninstalled(web)]).toEqual([[], []]);
    },
  );
});
