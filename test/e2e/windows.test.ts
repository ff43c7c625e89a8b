/** Changes that wait for their window on each cluster, by real clocks: they are deployed when it opens, and nothing but a rollback comes outside of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnAll } from '../support/daemon-on.ts';
import type { TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const minute = 60_000;
/** Two minutes of waiting are too long for every day: window-watch.test.ts has a clock of its own. */
const judged = process.env['KUBECONFIG_REAL'] !== undefined;

const chart = {
  'charts/settings/Chart.yaml': 'apiVersion: v2\nname: settings\nversion: 1.0.0\n',
  'charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {colour: "{{ .Values.colour }}"}\n',
};

const application = (name: string, colour: string, more = '') => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/settings}
  rollback: {soak: 0s}
  values: [{inline: {colour: ${colour}}}]
  environments: {held: ${more === '' ? '' : `{${more}}`}, free: {}}
`,
});

const environment = (name: string, spec: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {namespace: windows-${name}, ${spec}}\n`;

describeOnAll('a release with windows', (cluster) => {
  const scene = daemonOn(cluster, ['windows-held', 'windows-free']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const colour = async (name: string, namespace: string) =>
    (await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }))?.['data'];

  beforeAll(async () => {
    if (!judged) return;
    // A whole minute that is neither too near nor too far, of which only two are open.
    const opens = new Date(Math.ceil((Date.now() + minute * 0.5) / minute) * minute);
    const allow = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
    fleet = scene.remote('fleet');
    fleet.commit({
      ...chart,
      'apps/environments.yaml': `${environment('held', `enforce: {sync: {windows: [{allow: "${allow}", for: 1m}]}}`)}---\n${environment('free', '')}`,
      ...application('shop', 'red', 'sync: {windows: [{allow: "* * * * *", for: 1m}]}'),
      ...application('never', 'red', 'sync: {windows: [{deny: "* * * * *", for: 2m}]}'),
    });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository], 'release.deployed', { app: 'shop', environment: 'free' });
    client = scene.client;
  }, 2 * minute);

  afterAll(() => scene[Symbol.asyncDispose]());

  test.runIf(judged)('waits for what its environment enforces, whatever it allows itself', async () => {
    const waiting = await daemon.waitFor('release.waiting', { app: 'shop', environment: 'held' });
    expect(String(waiting['message'])).toMatch(/window|open/);
    expect(await colour('shop', 'windows-held')).toBeUndefined();
  });

  test.runIf(judged)(
    'is deployed when it opens, and one whose own window stays shut is not',
    async () => {
      await eventually(daemon, 'window.opened', { environment: 'held' });
      const deployed = await daemon.waitFor('release.deployed', { app: 'shop', environment: 'held' });
      expect(deployed).toMatchObject({ version: 1 });
      const from = daemon.lines.length;
      fleet.commit(application('shop', 'blue', 'sync: {windows: [{allow: "* * * * *", for: 1m}]}'));
      await daemon.waitFor('release.deployed', { app: 'shop', environment: 'held', version: 2 }, from);
      expect(await colour('never', 'windows-held')).toBeUndefined();
    },
    4 * minute,
  );

  test.runIf(judged)(
    'is changed no more when it closes, but rolled back at once',
    async () => {
      await eventually(daemon, 'window.closed', { environment: 'held' }, daemon.lines.findIndex(isOpened));
      const from = daemon.lines.length;
      fleet.commit(application('shop', 'green', 'sync: {windows: [{allow: "* * * * *", for: 1m}]}'));
      await daemon.waitFor('release.deployed', { app: 'shop', environment: 'free' }, from);
      await daemon.waitFor('release.waiting', { app: 'shop', environment: 'held' }, from);
      const { code, stdout } = await run(scene.folder, [
        'rollback',
        'shop',
        '-e',
        'held',
        '--to',
        '1',
        '--config',
        scene.config,
      ]);
      expect([code, stdout]).toEqual([0, expect.stringContaining('rollback done')]);
      expect(await colour('shop', 'windows-held')).toEqual({ colour: 'red' });
    },
    4 * minute,
  );
});

const isOpened = ({ event }: { event: string }) => event === 'window.opened';

/** Longer than `waitFor` has patience. */
async function eventually(daemon: RunningDaemon, event: string, fields: object, after = 0): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await daemon.waitFor(event, { ...fields }, after);
      return;
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}
