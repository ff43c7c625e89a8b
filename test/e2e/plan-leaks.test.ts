/**
 * Plans of a release whose password and PIN lie in an encrypted file, and whose chart copies the password wherever it can: in
 * every format, saved, waiting for approval, refused by the server, failed. Nowhere is it told, nor a digest to try a PIN with.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { encryptSops, newTestKey, type TestKey } from '../support/encrypt-sops.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const passwords = ['cor_rect "horse" *Qx1* <st@ple>', 'zeb_ra "crossing" *Qx2* <w@lk>'] as const;
const pin = 471_174;
/** What nothing but a leak explains: long enough that no digest, time or certificate has it by chance. */
const fragments = [
  ...[
    'cor_rect',
    'horse',
    '*Qx1',
    'Qx1*',
    'ple>',
    'ple&gt;',
    'zeb_ra',
    'crossing',
    '*Qx2',
    'Qx2*',
    'lk>',
    'lk&gt;',
    `${pin}`,
  ],
  ...passwords.flatMap((text) => {
    const coded = Buffer.from(text).toString('base64');
    return [coded.slice(0, 12), coded.slice(16, 28)];
  }),
];

const chart = {
  'charts/leaky/Chart.yaml': 'apiVersion: v2\nname: leaky\nversion: 1.0.0\n',
  'charts/leaky/templates/all.yaml': `{{- $p := .Values.password }}
apiVersion: v1
kind: Secret
metadata: {name: leaky}
stringData: {password: {{ $p | quote }}, pin: {{ .Values.pin | quote }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: leaky, annotations: {note: {{ $p | quote }}}}
data: {url: {{ printf "db://%s@db" $p | quote }}, coded: {{ $p | b64enc | quote }}, {{ .Values.tag }}: {{ $p | b64enc | b64enc | quote }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: leaky}
spec:
  replicas: 0
  selector: {matchLabels: {app: leaky}}
  template:
    metadata: {labels: {app: leaky}}
    spec: {containers: [{name: main, image: "example.org/web:{{ .Values.tag }}", env: [{name: PASSWORD, value: {{ $p | quote }}}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: leaky-hook, annotations: {helm.sh/hook: test}}
stringData: {password: {{ $p | quote }}, pin: {{ .Values.pin | quote }}}
{{- if eq .Values.mode "refused" }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: refused, labels: {a: {{ $p | quote }}}}
{{- end }}
{{- if eq .Values.mode "changed" }}
---
apiVersion: v1
kind: Service
metadata: {name: leaky, labels: {a: {{ $p | quote }}}}
spec: {ports: [{port: 80}]}
{{- else }}
---
apiVersion: v1
kind: Service
metadata: {name: leaky}
spec: {ports: [{port: 80}]}
{{- end }}
{{- if eq .Values.mode "fail" }}{{ fail (printf "no luck with %q and %s" $p $p) }}{{ end }}
{{- if eq .Values.mode "required" }}{{ required (printf "give me %s" ($p | b64enc)) nil }}{{ end }}
{{- if eq .Values.mode "type" }}{{ mustToDate "2006" $p }}{{ end }}
`,
  'charts/leaky/templates/NOTES.txt': 'Sign in with {{ .Values.password }}.\n',
  'charts/leaky/values.schema.json': JSON.stringify({
    if: { properties: { mode: { const: 'schema' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { password: { pattern: '^x' }, pin: { maximum: 5 } } },
  }),
};
const environments = `apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: prod}
spec: {enforce: {sync: {approval: plan}}}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: dev}
`;
const application = (mode: string, tag: string) => ({
  'apps/leaky.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: leaky}
spec:
  chart: {path: charts/leaky}
  namespace: "plan-leaks-{{environment}}"
  values: [values/leaky.yaml, {inline: {mode: "${mode}", tag: ${tag}}}]
  environments: {dev: {}, prod: {}}
`,
});

describeOnEach('secrets and plans', (cluster) => {
  const scene = daemonOn(cluster, ['plan-leaks-dev', 'plan-leaks-prod']);
  let key: TestKey;
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  const said: string[] = [];

  const command = async (...args: string[]) => {
    const ended = await run(scene.folder, [...args, '--config', scene.config], { ...gitEnvironment, USER: 'ann' });
    said.push(`$ ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
    return ended;
  };
  const encrypted = async (password: string) => ({
    'values/leaky.yaml': JSON.stringify(await encryptSops({ password, pin }, { recipient: key.recipient })),
  });
  const branch = (name: string, files: Readonly<Record<string, string>>) => {
    git(fleet.work, 'checkout', '-q', '-b', name);
    fleet.commit(files);
    git(fleet.work, 'checkout', '-q', 'main');
  };
  const noLeak = () => {
    const texts = [...said, ...daemon.lines.map((line) => JSON.stringify(line)), ...daemon.noise];
    const leaks = fragments.flatMap((fragment) => {
      const text = texts.find((one) => one.includes(fragment));
      const at = text?.indexOf(fragment) ?? 0;
      return text ? [`${fragment} in: ${text.slice(0, 60)} … ${text.slice(Math.max(0, at - 100), at + 100)}`] : [];
    });
    expect(leaks).toEqual([]);
  };

  beforeAll(async () => {
    key = await newTestKey();
    scene.write({ 'age.txt': key.identity });
    fleet = scene.remote('fleet');
    fleet.commit({
      ...chart,
      ...application('', 'v1'),
      ...(await encrypted(passwords[0])),
      'apps/environments.yaml': environments,
    });
    daemon = await scene.start([
      `repositories: [{name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}]`,
      'decryption: {age: {keyFile: age.txt}}',
      'log: {level: debug}',
    ]);
    await daemon.waitFor('release.deployed', { app: 'leaky', environment: 'dev' });
    await daemon.waitFor('plan.waiting', { app: 'leaky', environment: 'prod' });
    const next = await encrypted(passwords[1]);
    branch('rotated', { ...next, ...application('', 'v2') });
    for (const mode of ['refused', 'changed', 'fail', 'required', 'type', 'schema'])
      branch(mode, { ...next, ...application(mode, 'v2') });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest.each(['table', 'json', 'yaml', 'markdown', 'html'])('a plan as %s shows none', async (format) => {
    for (const name of ['rotated', 'refused', 'changed']) {
      const { code, stdout } = await command('plan', '--commit', name, '-o', format);
      expect([name, code]).toEqual([name, 0]);
      expect(stdout).toContain('***');
      if (name !== 'rotated' && format !== 'json' && format !== 'yaml') expect(stdout).toMatch(/is refused: .*\*/);
    }
    await command('plan', '--commit', 'rotated', '--offline', '-o', format);
    noLeak();
  });

  longTest.each(['fail', 'required', 'type', 'schema'])('nor one that fails by %s', async (mode) => {
    for (const args of [[], ['--offline'], ['-o', 'markdown'], ['-o', 'html']]) {
      const { code, stderr } = await command('plan', 'leaky', '--commit', mode, ...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining('***')]);
    }
    noLeak();
  });

  longTest('nor one that is saved, or waits, nor any other answer and state', async () => {
    await command('plan', '--commit', 'refused', '--save', 'saved.json');
    said.push(readFileSync(join(scene.folder, 'saved.json'), 'utf8'));
    const saved = JSON.parse(said.at(-1) ?? '') as { plans: { plan: { inputs: string } }[] };
    expect(saved.plans).toHaveLength(2);
    // Of equal values, encrypted anew: what keys a digest of them is in the file, which only its readers open.
    branch('anew', { ...(await encrypted(passwords[1])), ...application('refused', 'v2') });
    await command('plan', '--commit', 'anew', '--save', 'anew.json');
    const anew = JSON.parse(readFileSync(join(scene.folder, 'anew.json'), 'utf8')) as typeof saved;
    for (const [index, { plan }] of saved.plans.entries()) expect(anew.plans[index]?.plan.inputs).not.toBe(plan.inputs);
    for (const args of [
      ['plans'],
      ['plans', '-o', 'json'],
      ['status', '-o', 'json'],
      ['status'],
      ['notes', 'leaky', '-e', 'dev'],
    ])
      expect([args, (await command(...args)).code]).toEqual([args, 0]);
    const { id } = await daemon.waitFor('plan.waiting', { environment: 'prod' });
    expect(await command('approve', String(id))).toMatchObject({ code: 0 });
    await daemon.waitFor('release.deployed', { environment: 'prod' });
    const from = daemon.lines.length;
    git(fleet.work, 'merge', '-q', '--no-edit', 'rotated');
    git(fleet.work, 'push', '-q', 'origin', 'main');
    const next = await daemon.waitFor('plan.waiting', { environment: 'prod' }, from);
    await command('plans', '-o', 'json');
    expect(await command('reject', String(next['id']), '--reason', 'not today')).toMatchObject({ code: 0 });
    await read();
    noLeak();
  });

  longTest('nor a deploy that the server or the chart refuses, nor its incident', async () => {
    for (const mode of ['refused', 'fail', 'schema']) {
      const from = daemon.lines.length;
      fleet.commit(application(mode, 'v3'));
      await daemon.waitFor('release.failed', { environment: 'dev' }, from);
    }
    for (const args of [
      ['status'],
      ['status', '-o', 'json'],
      ['incidents', '-o', 'json'],
      ['history', '-o', 'json'],
      ['plan'],
    ])
      await command(...args);
    await read();
    noLeak();
  });

  async function read() {
    const page = String(daemon.lines.findLast(({ event }) => event === 'daemon.ready')?.['page']);
    for (const path of ['/', '/metrics', '/api/v1/events', '/api/v1/releases', '/api/v1/releases/leaky/prod/history']) {
      const answer = await fetch(new URL(path, page));
      expect([path, answer.status]).toEqual([path, 200]);
      said.push(await answer.text());
    }
    const { items } = await scene.client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops' });
    expect(items.length).toBeGreaterThan(2);
    said.push(...items.map((item) => JSON.stringify(item)));
    const events = await scene.client.list({ apiVersion: 'v1', kind: 'Event' });
    const own = events.items.map((item) => JSON.stringify(item)).filter((text) => text.includes('helm-gitops'));
    said.push(...own);
  }
});
