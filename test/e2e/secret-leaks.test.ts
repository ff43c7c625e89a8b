/**
 * What a hostile or careless chart does with secrets: prints them folded, indented, in base64 at a fixed width, as numbers,
 * escaped; fails with them; puts what its Secrets hold into other objects and logs. Whatever is asked and said, nobody
 * learns them. Only the objects, Helm's record and `--show-secrets` hold them, by nature.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { type Ended, run } from '../entry/cli/run-in-process.ts';
import { connect, testClusters } from '../support/clusters.ts';
import { encryptSops, newTestKey, type SopsTree, type TestKey } from '../support/encrypt-sops.ts';
import { type TestRepository, temporaryFolder, testRepository, writeFiles } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const secrets = {
  sentence:
    'my "grandmother\'s" silver teapot lies beneath seventeen crooked apple trees near Wolfenbüttel & nobody knows',
  pin: 48_151_623,
  key: ['-----BEGIN KEY-----', 'QkVHSU5PRktFWQaXx71+/zz', 'a1b2c3d4e5', '-----END KEY-----', ''].join('\n'),
  token: "tok'en-<8>-äöü",
};
/** In a Secret of the namespace that holds values, made up by the chart, made up for a hook, and of another's Secret. */
const others = {
  lying: 'lying-in-the-Secret-4',
  made: 'made-by-the-chart-55',
  hook: 'made-for-the-hook-77',
  foreign: 'of-another-Secret-99',
};
/** What none of the texts may hold: parts of the above that nothing but a leak explains. */
const fragments = [
  'teapot',
  'seventeen',
  'crooked',
  'Wolfenb',
  'nobody knows',
  '48151623',
  '48,151,623',
  '4.8151623',
  'QkVHSU5P',
  'a1b2c3d4e5',
  "tok'en",
  "tok\\'en",
  "tok''en",
  'en-<8>',
  'en-\\u003c8',
  'en-%3C8',
  ...Object.values(others),
  ...[secrets.sentence, secrets.key, secrets.token, ...Object.values(others)].flatMap((text) => {
    const base64 = Buffer.from(text).toString('base64');
    return [base64.slice(0, 12), base64.slice(16, 28), base64.slice(-16, -6)].filter((part) => part.length > 6);
  }),
];

const chart = {
  'charts/leaky/Chart.yaml': 'apiVersion: v2\nname: leaky\nversion: 1.0.0\n',
  'charts/leaky/values.yaml': 'mode: ""\nsecret: {}\nlying: ""\n',
  'charts/leaky/values.schema.json': JSON.stringify({
    properties: {
      mode: { type: 'string' },
      lying: { pattern: '^lying' },
      secret: { properties: { pin: { minimum: 100 }, token: { pattern: '^tok' } } },
    },
    if: { properties: { mode: { const: 'schema' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        lying: { pattern: '^x' },
        secret: { properties: { pin: { maximum: 5 }, token: { pattern: '^x' } } },
      },
    },
  }),
  'charts/leaky/templates/NOTES.txt':
    'Sign in with {{ .Values.secret.token }} and {{ .Values.lying }}, or made-by-the-chart-55.\n{{ .Values.secret.sentence | wrap 30 }}\n',
  'charts/leaky/templates/secret.yaml':
    '{apiVersion: v1, kind: Secret, metadata: {name: leaky}, stringData: {made: made-by-the-chart-55, sentence: {{ .Values.secret.sentence | toJson }}}}\n',
  'charts/leaky/templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: leaky
  annotations:
    sentence: {{ .Values.secret.sentence | quote }}
data:
  tree: |
    {{- toYaml .Values.secret | nindent 4 }}
  json: {{ .Values.secret | toJson | toJson | quote }}
  folded: >
    {{- .Values.secret.sentence | wrap 40 | nindent 4 }}
  base64: |
    {{- .Values.secret.sentence | b64enc | wrap 38 | nindent 4 }}
  pin: {{ .Values.secret.pin | quote }}
  whole: {{ .Values.secret.pin | int64 | quote }}
  key: {{ .Values.secret.key | quote }}
  indented: |
    {{- .Values.secret.key | nindent 6 }}
  url: https://me:{{ .Values.secret.token | urlquery }}@db/?made-by-the-chart-55
  lying: {{ .Values.lying | b64enc }}
  foreign: {{ ((lookup "v1" "Secret" .Release.Namespace "foreign").data).password | default "none" | b64dec | quote }}
`,
  'charts/leaky/templates/hook.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: leaky-hook
  annotations: {helm.sh/hook: test, helm.sh/hook-weight: "-1"}
stringData: {password: made-for-the-hook-77}
---
apiVersion: v1
kind: Pod
metadata:
  name: leaky-test
  annotations: {helm.sh/hook: test}
spec:
  restartPolicy: Never
  containers:
  - name: test
    image: "test:{{ if eq .Values.mode "test" }}fail-{{ end }}made-for-the-hook-77"
    args: [{{ .Values.secret.token | quote }}]
`,
  'charts/leaky/templates/modes.yaml': `{{- with .Values.secret -}}
{{- if eq $.Values.mode "fail" }}{{ fail (printf "no luck with %s and %v, %q, %s" .sentence .pin .token $.Values.lying) }}{{ end }}
{{- if eq $.Values.mode "required" }}{{ required (printf "give me %s" .key) nil }}{{ end }}
{{- if eq $.Values.mode "function" }}{{ atoi .token }}{{ toDate "2006" .sentence }}{{ semver .token }}{{ end }}
{{- if eq $.Values.mode "date" }}{{ mustToDate "2006" .sentence }}{{ end }}
{{- if eq $.Values.mode "yaml" }}apiVersion: v1
kind: ConfigMap
metadata: {name: broken}
data: {{ .token }}: {{ .sentence }}
{{ end }}
{{- if eq $.Values.mode "list" }}{{ .sentence | quote }}{{ end }}
{{- if eq $.Values.mode "name" }}apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .sentence | quote }}
  labels: {a: {{ .token | quote }}, b: {{ .key | toJson }}}
{{ end }}
{{- if eq $.Values.mode "kind" }}apiVersion: v1
kind: {{ $.Values.lying | quote }}
metadata: {name: x}
{{ end }}
{{- if eq $.Values.mode "data" }}apiVersion: v1
kind: Secret
metadata: {name: broken}
data: {password: {{ .token | quote }}}
{{ end }}
{{- if eq $.Values.mode "number" }}apiVersion: apps/v1
kind: Deployment
metadata: {name: number}
spec:
  replicas: {{ .token | quote }}
  template: {spec: {containers: [{name: {{ .sentence | quote }}, image: {{ .key | toJson }}, ports: [{containerPort: {{ .pin }}}]}]}}
{{ end }}
{{- end }}
`,
};

const application = (mode: string, extra = '') => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: leaky}
spec:
  chart: {path: charts/leaky}
  namespace: leaks
  values:
    - {file: values/leaky.yaml}
    - {secret: {name: lying, key: values.yaml}}
    - {inline: {mode: "${mode}"}}
${extra}  drift: {policy: report}
`;

/** A minute and a half: `secrets.test.ts` has the everyday part. */
const judged = process.env['KUBECONFIG_REAL'] ? undefined : 'too long for every day: it runs beside a real cluster';

describe.for(testClusters)('what a chart does with secrets on the $name cluster', (cluster) => {
  describe.skipIf(judged)(judged ?? 'is known to nobody', () => {
    const folder = temporaryFolder();
    const config = join(folder.path, 'config.yaml');
    let key: TestKey;
    let fleet: TestRepository;
    let daemon: RunningDaemon;
    let client: ClusterClient;
    const said: string[] = [];

    const sops = async (tree: { [name: string]: SopsTree }) =>
      JSON.stringify(await encryptSops(tree, { recipient: key.recipient }), undefined, 1);
    const command = async (...args: string[]): Promise<Ended> => {
      const ended = await run(folder.path, ['--config', config, ...args]);
      said.push(`$ ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
      return ended;
    };
    const secret = (name: string, data: Record<string, string>) =>
      client.apply(
        { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'leaks' }, stringData: data },
        { fieldManager: 'test', force: true },
      );
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
      writeFiles(folder.path, { 'fleet/.keep': '', 'age.txt': key.identity });
      fleet = testRepository(join(folder.path, 'fleet'));
      fleet.commit({ ...chart, 'values/leaky.yaml': await sops({ secret: secrets }) });
      writeFileSync(
        config,
        [
          `repositories: [{name: fleet, url: ${fleet.remote}, path: apps, poll: 1s}]`,
          'decryption: {age: {keyFile: age.txt}}',
          cluster.config(folder.path),
          `state: {namespace: leaks-state-${randomBytes(3).toString('hex')}}`,
          'server: {listen: "127.0.0.1:0"}',
          '',
        ].join('\n'),
      );
      daemon = startDaemon(config);
      await daemon.waitFor('daemon.ready');
      client = await connect(cluster, folder.path);
      await client.apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'leaks' } },
        { fieldManager: 'test', force: true },
      );
      await secret('lying', { 'values.yaml': `lying: ${others.lying}\n` });
      await secret('foreign', { password: others.foreign });
      fleet.commit({ 'apps/leaky.yaml': application('') });
      await daemon.waitFor('release.deployed', { app: 'leaky' });
    });

    afterAll(async () => {
      await command('uninstall', 'leaky', '-e', 'default').catch(() => undefined);
      await client?.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'leaks' }).catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
      await daemon?.stop();
      folder.remove();
    });

    test('deployed, it is in the objects and in no answer', async () => {
      const config = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'leaks', name: 'leaky' });
      const data = config?.['data'] as Record<string, string>;
      expect(data).toMatchObject({ pin: '4.8151623e+07', foreign: others.foreign });
      for (const args of [
        ['render', 'leaky', '-e', 'default'],
        ['plan'],
        ['plan', '-o', 'json'],
        ['values', 'leaky', '-e', 'default'],
        ['values', 'leaky', '-e', 'default', '-o', 'json'],
        ['values', 'leaky', '-e', 'default', '-o', 'yaml'],
        ['notes', 'leaky', '-e', 'default'],
        ['history', '-o', 'json'],
        ['status', '-o', 'json'],
        ['drift'],
        ['test', 'leaky', '-e', 'default', '--logs'],
        ['validate'],
      ]) {
        const { code, stdout, stderr } = await command(...args);
        expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
        expect(stdout).not.toBe('');
      }
      noLeak();
    });

    test('drift, of objects that hold it in whatever form, shows none of it', async () => {
      const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'leaks', name: 'leaky' };
      const data = {
        tree: 'other',
        folded: 'other',
        base64: 'other',
        indented: 'other',
        url: 'other',
      };
      await client.patch(target, { type: 'merge', body: { data } }, { fieldManager: 'kubectl-edit' });
      await daemon.waitFor('drift.found');
      for (const args of [['drift'], ['drift', '-o', 'json'], ['plan']]) await command(...args);
      expect(said.at(-2)).toContain('kubectl-edit');
      noLeak();
    });

    test.for([
      'schema',
      'fail',
      'required',
      'function',
      'date',
      'yaml',
      'list',
      'name',
      'kind',
      'data',
      'number',
      'test',
    ])('a chart that fails by %s does not tell it', async (mode) => {
      const from = daemon.lines.length;
      fleet.commit({ 'apps/leaky.yaml': application(mode, mode === 'test' ? '  tests: true\n' : '') });
      await daemon.waitFor('release.failed', { app: 'leaky' }, from);
      for (const args of [['plan'], ['status'], ['validate']]) await command(...args);
      noLeak();
    });

    test('nor do state, events and pages, nor a daemon that starts when git no longer holds it', async () => {
      const read = async () => {
        const page = String(daemon.lines.findLast(({ event }) => event === 'daemon.ready')?.['page']);
        for (const path of [
          '/',
          '/metrics',
          '/api/v1/events',
          '/api/v1/releases',
          '/api/v1/releases/leaky/default/history',
        ]) {
          const answer = await fetch(new URL(path, page));
          expect([path, answer.status]).toEqual([path, 200]);
          said.push(await answer.text());
        }
        const maps = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' });
        const own = maps.items.filter(({ metadata }) => metadata.namespace?.startsWith('leaks-state'));
        expect(own.length).toBeGreaterThan(1);
        said.push(...own.map((item) => JSON.stringify(item)));
      };
      await read();
      await daemon.stop();
      fleet.commit({
        'values/leaky.yaml': await sops({
          secret: { ...secrets, sentence: 'a new one', token: 'tok new', key: 'k', pin: 777 },
        }),
        'apps/leaky.yaml': application('', '  sync: {suspend: true}\n'),
      });
      daemon = startDaemon(config);
      await daemon.waitFor('daemon.ready');
      await client[Symbol.asyncDispose]();
      client = await connect(cluster, folder.path);
      const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'leaks', name: 'leaky' };
      const from = daemon.lines.length;
      const live = await client.get(target);
      const data = { ...(live?.['data'] as object), tree: 'again', key: 'again', url: 'again', whole: 'again' };
      await client.patch(target, { type: 'merge', body: { data } }, { fieldManager: 'kubectl-edit' });
      await daemon.waitFor('drift.found', {}, from);
      for (const args of [['drift'], ['plan'], ['notes', 'leaky', '-e', 'default'], ['history']])
        await command(...args);
      await read();
      noLeak();
    });
  });
});
