/** What a branch would do, asked for before it is merged, is what the daemon does once it is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import { git, type TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: 0
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: main, image: "example.org/{{ .Release.Name }}:{{ .Values.tag }}"}]}
`;
const settings = `{{- if .Values.settings }}
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data: {tag: "{{ .Values.tag }}"}
{{- end }}
`;
const hooks = `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-after", annotations: {helm.sh/hook: "post-upgrade,post-delete"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-before", annotations: {helm.sh/hook: "pre-delete"}}
`;
const chart = (name: string) => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`charts/${name}/templates/deployment.yaml`]: deployment,
  [`charts/${name}/templates/settings.yaml`]: settings,
  [`charts/${name}/templates/hooks.yaml`]: hooks,
});
const crateDefinition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crates.planned.example.com}
spec:
  group: planned.example.com
  names: {kind: Crate, plural: crates, singular: crate, listKind: CrateList}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {weight: {type: integer}}}}
`;
const application = (name: string, environments: string, path = 'charts/web') => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: ${path}}
  namespace: "branch-{{environment}}"
  values: ["values/${name}-{{environment}}.yaml"]
  environments: {${environments}}
`,
});
const values = (name: string, tag: string, own = true) => ({
  [`values/${name}.yaml`]: `tag: ${tag}\nsettings: ${own}\n`,
});

describeLong('the plan of a branch', (cluster) => {
  const scene = daemonOn(cluster, ['branch-dev', 'branch-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;

  const plan = (...args: string[]) => run(scene.folder, ['plan', '--config', scene.config, ...args]);
  /** `shop/dev update Deployment/shop`, without what stays as it is; `shop/dev post-upgrade ConfigMap/shop-after`. */
  const operations = (stdout: string): string[] =>
    (JSON.parse(stdout) as Row[]).flatMap(({ app, environment, changes, hooks: runs = [] }) => [
      ...changes
        .filter(({ operation }) => operation !== 'unchanged')
        .map(({ operation, object }) => `${app}/${environment} ${operation} ${object}`),
      ...runs.map(({ event, object }) => `${app}/${environment} ${event} ${object}`),
    ]);

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    fleet.commit({
      ...chart('web'),
      // Of a chart of its own: it is no application under another name.
      ...chart('cart'),
      ...application('shop', 'dev: {}, prod: {}'),
      ...application('mailer', 'dev: {}'),
      ...{ ...values('shop-dev', 'v1'), ...values('shop-prod', 'v1'), ...values('mailer-dev', 'v1') },
    });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository]);
    git(fleet.work, 'checkout', '-q', '-b', 'feature');
    git(fleet.work, 'rm', '-q', 'apps/mailer.yaml');
    fleet.commit({
      ...values('shop-prod', 'v2', false),
      ...application('cart', 'dev: {}', 'charts/cart'),
      ...values('cart-dev', 'v1'),
    });
    git(fleet.work, 'checkout', '-q', 'main');
    // Not the branch's doing.
    const from = daemon.lines.length;
    fleet.commit(values('shop-dev', 'v5'));
    await daemon.waitFor('release.deployed', { app: 'shop', environment: 'dev' }, from);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  const expected = [
    'shop/prod update Deployment/shop',
    'shop/prod delete ConfigMap/shop',
    'shop/prod post-upgrade ConfigMap/shop-after',
    'cart/dev create ConfigMap/cart',
    'cart/dev create Deployment/cart',
    'mailer/dev delete ConfigMap/mailer',
    'mailer/dev delete Deployment/mailer',
    'mailer/dev post-delete ConfigMap/mailer-after',
    'mailer/dev pre-delete ConfigMap/mailer-before',
  ];

  test('names what it touches and nothing else, live and offline alike', async () => {
    const live = await plan('--commit', 'feature', '-o', 'json');
    expect(live.stderr).toBe('');
    expect(operations(live.stdout).toSorted()).toEqual(expected.toSorted());
    const offline = await plan('--commit', 'feature', '--offline', '-o', 'json');
    expect(operations(offline.stdout).toSorted()).toEqual(expected.toSorted());
  });

  test('tells the line behind a field, what restarts and what goes', async () => {
    const { code, stdout } = await plan('--commit', 'feature', '--exit-code');
    expect(code).toBe(3);
    expect(stdout).toContain('        by values/shop-prod.yaml:1 tag v1→v2\n');
    expect(stdout).toContain('mailer/dev: no longer defined; uninstalled\n');
    expect(stdout).toContain('\nprod: 1 release; 1 to update, 1 to delete, 1 restarting\n');
    const [row] = JSON.parse((await plan('shop', '--commit', 'feature', '-o', 'json')).stdout);
    expect(row).toMatchObject({ app: 'shop', environment: 'prod', restarts: ['Deployment/shop'] });
  });

  test('tells what the server, or the definition that comes along, says against new objects', async () => {
    git(fleet.work, 'checkout', '-q', '-b', 'broken');
    fleet.commit({
      'charts/crates/Chart.yaml': 'apiVersion: v2\nname: crates\nversion: 1.0.0\n',
      'charts/crates/crds/crates.yaml': crateDefinition,
      'charts/crates/templates/all.yaml': `apiVersion: v1
kind: Service
metadata: {name: crates}
spec: {ports: [{port: 70000}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: fits}
---
apiVersion: planned.example.com/v1
kind: Crate
metadata: {name: heavy}
spec: {weight: heavy}
`,
      ...application('crates', 'dev: {}', 'charts/crates'),
      ...values('crates-dev', 'v1'),
    });
    git(fleet.work, 'checkout', '-q', 'main');
    const { code, stdout, stderr } = await plan('crates', '--commit', 'broken');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}crates\/dev: Service\/crates is refused: .*spec\.ports\[0\]\.port.*70000/m);
    expect(stdout).toMatch(/^ {2}crates\/dev: Crate\/heavy is refused: .*'\/spec\/weight'.*want integer$/m);
    expect(stdout).toMatch(/^ {2}\+ create ConfigMap\/fits$/m);
  });

  test('calls out a field that cannot change, live as the server does, and offline', async () => {
    git(fleet.work, 'checkout', '-q', '-b', 'fixed');
    fleet.commit({
      'charts/web/templates/deployment.yaml': deployment.replaceAll('{app: ', '{more: x, app: '),
    });
    git(fleet.work, 'checkout', '-q', 'main');
    for (const args of [[], ['--offline']]) {
      const { stdout } = await plan('shop', '-e', 'prod', '--commit', 'fixed', ...args);
      expect(stdout).toMatch(/^look at these first:\n {2}shop\/prod: Deployment\/shop is refused: .*selector/);
      expect(stdout).toContain('\n  ! replacementRefused Deployment/shop (');
      expect(stdout).toContain('\nprod: 1 release; 1 refused\n');
    }
  });

  test('is what happens when the branch is merged', async () => {
    const from = daemon.lines.length;
    git(fleet.work, 'merge', '-q', '--no-edit', 'feature');
    git(fleet.work, 'push', '-q', 'origin', 'main');
    await daemon.waitFor('release.deployed', { app: 'cart' }, from);
    await daemon.waitFor('release.uninstalled', { app: 'mailer' }, from);
    await daemon.waitFor('release.deployed', { app: 'shop', environment: 'prod' }, from);
    const deployed = daemon.lines.slice(from).filter(({ event }) => event === 'release.deployed');
    expect(deployed.map(({ app, environment }) => `${app}/${environment}`).toSorted()).toEqual([
      'cart/dev',
      'shop/prod',
    ]);
    const at = (kind: string, namespace: string, name: string) =>
      scene.client.get({ apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, namespace, name });
    expect(await at('ConfigMap', 'branch-prod', 'shop')).toBeUndefined();
    expect(await at('ConfigMap', 'branch-dev', 'cart')).toBeDefined();
    expect(await at('Deployment', 'branch-dev', 'mailer')).toBeUndefined();
    expect((await plan('--exit-code')).code).toBe(0);
  });
});

interface Row {
  readonly app: string;
  readonly environment: string;
  readonly changes: readonly { readonly operation: string; readonly object: string }[];
  readonly hooks?: readonly { readonly event: string; readonly object: string }[];
}
