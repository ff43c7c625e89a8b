/** What an install and a look at an unchanged release cost in requests: on the embedded cluster, and on a real one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { adminOf } from '../support/clusters.ts';
import { describeLong } from '../support/daemon-on.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const prefix = `counts-${process.pid}`;
const many = 12;

describeLong('requests', (cluster) => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  const fleet = join(folder.path, 'fleet');
  let proxy: FaultProxy;
  let daemon: RunningDaemon;

  beforeAll(async () => {
    const kubeconfig = await adminOf(cluster, folder.path, stack);
    proxy = stack.use(await startFaultProxy({ kubeconfig, writeTo: join(folder.path, 'kubeconfig') }));
    stack.defer(async () => {
      await using client = await openCluster({ name: 'test', kubeconfig });
      for (const namespace of ['', '-first', '-second'])
        await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: `${prefix}${namespace}` });
    });
    writeFiles(fleet, {
      'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'charts/shop/templates/all.yaml': `{{- range until ${many} }}
apiVersion: v1
kind: ConfigMap
metadata: {name: "settings-{{ . }}"}
data: {color: {{ $.Values.color }}}
---
{{- end }}
`,
    });
    mkdirSync(join(fleet, 'apps'));
    const config = join(folder.path, 'config.yaml');
    writeFileSync(
      config,
      `repositories: [{name: fleet, url: fleet, path: apps, watch: true, poll: 1h}]
clusters: [{name: test, kubeconfig: kubeconfig}]
state: {namespace: ${prefix}}
server: {listen: "127.0.0.1:0"}
`,
    );
    daemon = startDaemon(config);
    await daemon.waitFor('daemon.ready');
    // What is watched and known from then on.
    await says('first', 'red', 'release.healthy');
  });
  afterAll(async () => {
    await daemon?.stop();
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });

  /** Requests until then, without watches, the lease, and what the namespace's creation takes. */
  async function says(app: string, color: string, event: string, comment = ''): Promise<string[]> {
    // What the step before still writes down, such as fingerprints, is not counted here.
    for (let seen = -1; seen !== proxy.requests.length; await delay(1_500)) seen = proxy.requests.length;
    const [lines, requests] = [daemon.lines.length, proxy.requests.length];
    const text = `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${app}}
spec:
  chart: {path: charts/shop}
  namespace: ${prefix}-${app}
  values: [{inline: {color: ${color}}}]
  rollback: {soak: 0s}
# ${comment}
`;
    writeFiles(fleet, { [`apps/${app}.yaml`]: text });
    await daemon.waitFor(event, { app }, lines);
    // On a machine that stood still its Lease is lost, and everything is read anew, which is no part of an install.
    const reopened = daemon.lines.slice(lines).some((line) => line.event === 'cluster.recovered');
    return proxy.requests
      .slice(requests)
      .filter(({ type, resource }) => type !== 'watch' && resource !== 'leases' && resource !== 'namespaces')
      .map(({ label }) => label)
      .filter((label) => !reopened || label.includes(`${prefix}-${app}`));
  }

  test(`an install of n objects makes at most 2n + 6`, async () => {
    const made = await says('second', 'red', 'release.healthy');
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(2 * many + 6);
    expect(made.length).toBeGreaterThanOrEqual(many);
  });

  test('an upgrade makes no more', async () => {
    const made = await says('second', 'green', 'release.healthy');
    expect(made.length, made.join('\n')).toBeLessThanOrEqual(2 * many + 6);
  });

  test('a release that stands as git says is looked at without a write, and without a read', async () => {
    expect(await says('second', 'green', 'release.unchanged', 'one')).toEqual([]);
    expect(await says('second', 'green', 'release.unchanged', 'another')).toEqual([]);
  });
});
