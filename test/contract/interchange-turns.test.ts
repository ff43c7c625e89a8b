/**
 * One release worked on by helm alone, and one by helm and this program in turn: what stands after each step is the
 * same. Against a real control plane (HELM_BIN, HELM3_BIN, KUBECONFIG_REAL); skipped without.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/foundation/manifest/object.ts';
import {
  comparable,
  type Files,
  helm,
  helm3,
  kubeconfig,
  openScene,
  runHelm,
  type Scene,
} from './interchange-scene.ts';

/** `helm`: by helm in both namespaces. `turn`: by helm in its own, by this program in ours. */
type Step =
  | { readonly helm: readonly string[]; readonly files?: Files; readonly fails?: true }
  | {
      readonly turn: 'install' | 'upgrade' | 'uninstall' | { readonly rollback: number };
      readonly values?: JsonObject;
      readonly files?: Files;
      readonly fails?: true;
    };

const chart = (more: Files = {}): Files => ({
  'Chart.yaml':
    'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "7"\ndependencies:\n- {name: db, version: ">=0", repository: "", import-values: [pub]}\n',
  'values.yaml': 'a: 1\nb: {c: 2, d: null}\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
  'charts/db/values.yaml': 'x: 1\nexports: {pub: {fromdb: 1}}\n',
  'templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  v: {{ .Values | toJson | quote }}\n',
  'templates/hook.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations: {helm.sh/hook: "post-install,post-upgrade,pre-rollback,test"}\n',
  'templates/delete.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-bye\n  annotations: {helm.sh/hook: "pre-delete,post-rollback", helm.sh/hook-weight: "2"}\n',
  'templates/NOTES.txt': 'thanks {{ .Values.a }}\n',
  ...more,
});
const second = chart({
  'values.yaml': 'a: 2\nb: {c: 3}\nfresh: true\n',
  'templates/more.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-more\ndata: {a: "1"}\n',
});

const bad = chart({
  'templates/bad.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 99999999}]}\n',
});
const badHook = chart({
  'templates/bad.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Not_A_Name\n  annotations: {helm.sh/hook: pre-upgrade}\n',
});

const scenarios: Readonly<Record<string, readonly Step[]>> = {
  'helm upgrade --reuse-values': [
    { turn: 'install', values: { a: 5 } },
    { helm: ['upgrade', 'NAME', 'CHART', '--reuse-values', '--set', 'q=1'] },
    { helm: ['upgrade', 'NAME', 'CHART', '--reuse-values'], files: second },
    { turn: 'upgrade', values: { a: 6 }, files: chart() },
  ],
  'helm upgrade without values, --reset-values and --reset-then-reuse-values': [
    { turn: 'install', values: { a: 5, q: { r: 1 } } },
    { helm: ['upgrade', 'NAME', 'CHART'], files: second },
    { helm: ['upgrade', 'NAME', 'CHART', '--reset-then-reuse-values', '--set', 'z=1'] },
    { helm: ['upgrade', 'NAME', 'CHART', '--reset-values'] },
    { turn: 'upgrade', values: { a: 6 } },
  ],
  'helm rollback, to ours and back': [
    { turn: 'install', values: { a: 5 } },
    { turn: 'upgrade', values: { a: 6 }, files: second },
    { helm: ['rollback', 'NAME', '1'] },
    { turn: 'upgrade', values: { a: 7 } },
    { helm: ['rollback', 'NAME'] },
    { helm: ['rollback', 'NAME', '2'] },
    { turn: 'upgrade', values: { a: 8 } },
  ],
  'helm uninstall, then installed again': [
    { turn: 'install', values: { a: 5 } },
    { helm: ['uninstall', 'NAME'] },
    { turn: 'install', values: { a: 6 } },
    { helm: ['uninstall', 'NAME', '--keep-history'] },
    { turn: 'install', values: { a: 7 } },
    { helm: ['upgrade', 'NAME', 'CHART', '--set', 'a=8'] },
  ],
  'helm test': [{ turn: 'install' }, { helm: ['test', 'NAME'] }, { turn: 'upgrade', values: { a: 2 } }],
  'a release that helm installed': [
    { helm: ['install', 'NAME', 'CHART', '--set', 'a=5', '--labels', 'team=web'] },
    { turn: 'upgrade', values: { a: 6 }, files: second },
    { helm: ['upgrade', 'NAME', 'CHART', '--set', 'a=7', '--labels', 'more=1'] },
    { turn: 'upgrade', values: { a: 8 } },
    { helm: ['rollback', 'NAME', '1'] },
  ],
  'rollback, by helm and by us': [
    { helm: ['install', 'NAME', 'CHART', '--labels', 'team=web'] },
    { turn: 'upgrade', values: { a: 2 }, files: second },
    { helm: ['upgrade', 'NAME', 'CHART', '--set', 'a=3', '--labels', 'team=null,more=1'] },
    { turn: { rollback: 1 } },
    { helm: ['rollback', 'NAME', '2'] },
    { turn: { rollback: 3 } },
    { turn: 'upgrade', values: { a: 4 } },
  ],
  'uninstall by us': [
    { turn: 'install', values: { a: 5 } },
    { turn: 'upgrade', values: { a: 6 }, files: second },
    { turn: 'uninstall' },
    { helm: ['install', 'NAME', 'CHART'] },
    { turn: 'upgrade', values: { a: 7 } },
    { turn: 'uninstall' },
  ],
  'a failed upgrade of ours': [
    { turn: 'install' },
    { turn: 'upgrade', files: bad, fails: true },
    { helm: ['upgrade', 'NAME', 'CHART'], files: second },
    { turn: 'upgrade', files: bad, fails: true },
    { helm: ['upgrade', 'NAME', 'CHART', '--set', 'a=8'], files: second },
    { turn: 'upgrade', values: { a: 9 } },
  ],
  'a failed hook of ours': [
    { turn: 'install' },
    { turn: 'upgrade', files: badHook, fails: true },
    { turn: 'upgrade', values: { a: 2 }, files: second },
  ],
  'a failed upgrade of helm’s': [
    { turn: 'install' },
    {
      helm: ['upgrade', 'NAME', 'CHART'],
      files: chart({
        'templates/bad.yaml':
          'apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 99999999}]}\n',
      }),
      fails: true,
    },
    { turn: 'upgrade', values: { a: 3 }, files: second },
  ],
};

const looks = [
  ...['all', 'values', 'manifest', 'notes', 'hooks', 'metadata'].map((what) => ['get', what]),
  ['get', 'values', '--all'],
  ['history'],
  ['status'],
];
const brief = [['get', 'all'], ['history'], ['status']];
const tools = [
  ['helm 4', helm],
  ['helm 3', helm3],
] as const;

describe.each(tools)(
  'in turn with %s (skipped without KUBECONFIG_REAL and its HELM_BIN or HELM3_BIN)',
  (tool, binary) => {
    const isFour = binary === helm;
    let scene: Scene;
    beforeAll(async () => {
      if (kubeconfig && binary) scene = await openScene(isFour ? 't4' : 't3', isFour ? 'helm4' : 'helm3');
    });
    afterAll(() => scene?.[Symbol.asyncDispose]());

    test
      .skipIf(!kubeconfig || !binary || !helm)
      .each(Object.entries(scenarios).map(([name, steps], index) => ({ name, steps, index })))(
      '$name',
      async ({ steps, index }) => {
        const name = `s${index}`;
        let path = scene.chart(chart());
        const lastStanding = steps.findLastIndex((step) => !('turn' in step && step.turn === 'uninstall'));
        for (const [at, step] of steps.entries()) {
          if (step.files) path = scene.chart(step.files);
          const label = `step ${at + 1} of ${tool}: ${JSON.stringify('helm' in step ? step.helm : step.turn)}`;
          if ('helm' in step) {
            const args = step.helm.map((arg) => (arg === 'NAME' ? name : arg === 'CHART' ? path : arg));
            for (const namespace of [scene.theirs, scene.ours]) {
              const ran = await runHelm(binary, [...args, '-n', namespace]);
              expect(ran.code === 0, `${label}: ${ran.stderr}`).toBe(step.fails !== true);
            }
          } else {
            const ran = await runHelm(binary, [...helmArgs(step, name, path), '-n', scene.theirs]);
            expect(ran.code === 0, `${label}: ${ran.stderr}`).toBe(step.fails !== true);
            const result = await ourTurn(scene, step, { name, requested: at > 0 });
            expect(result, label).toBe(step.fails ? 'failed' : step.turn === 'uninstall' ? 'uninstalled' : 'deployed');
          }
          const [theirs, ours] = [await scene.records(scene.theirs, name), await scene.records(scene.ours, name)];
          expect(
            ours.map((record) => same(record, isFour)),
            label,
          ).toEqual(theirs.map((record) => same(record, isFour)));
          // The records are equal at every step: all that helm shows of them is compared once, most of it after each turn of ours.
          for (const args of at === lastStanding ? looks : 'turn' in step ? brief : []) {
            const [helms, shown] = await Promise.all(
              [scene.theirs, scene.ours].map((namespace) => look(binary, namespace, [...args, name])),
            );
            expect(shown, `${label}: helm ${args.join(' ')}`).toEqual(helms);
          }
          expect(await objects(scene, scene.ours, name), label).toEqual(await objects(scene, scene.theirs, name));
        }
      },
    );
  },
);

type Turn = Extract<Step, { turn: unknown }>;

function helmArgs({ turn, values = {} }: Turn, name: string, path: string): string[] {
  if (turn === 'uninstall') return ['uninstall', name];
  if (typeof turn === 'object') return ['rollback', name, String(turn.rollback)];
  const sets = Object.entries(values).map(([key, value]) => `--set-json=${key}=${JSON.stringify(value)}`);
  return ['upgrade', name, path, turn === 'install' ? '--install' : '--reset-values', ...sets];
}

async function ourTurn(
  scene: Scene,
  { turn, values }: Turn,
  { name, requested }: { name: string; requested: boolean },
): Promise<string> {
  if (turn === 'uninstall') return await scene.uninstall(name);
  if (typeof turn === 'object') return await scene.rollback(name, turn.rollback);
  return (await scene.deploy({ name, requested, ...(values ? { values } : {}) })).result;
}

/** Helm 3 writes no apply method and no file times; what follows one of its revisions is client-side for Helm 4. */
function same(record: JsonObject, isFour: boolean): JsonObject {
  const plain = comparable(record);
  if (isFour) return plain;
  const { apply_method: _method, ...rest } = plain;
  return JSON.parse(
    JSON.stringify(rest, (key, value: unknown) => (value === '' && /_at$|deleted/.test(key) ? undefined : value)),
  ) as JsonObject;
}

/** What helm shows; of the user's own labels it names ours too. */
async function look(binary: string, namespace: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runHelm(binary, [...args, '-n', namespace]);
  return (stdout + stderr)
    .replaceAll(namespace, 'NAMESPACE')
    .replace(/^(LAST DEPLOYED|DEPLOYED_AT|Last Started|Last Completed): .*$/gm, '$1')
    .replace(/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME')
    .replace('helm-gitops.io/state-namespace=helm-gitops,', '')
    .replace(/(modifiedAt|createdAt)=\d+/g, '$1')
    .replace(/ \(fleet@3f2a1c9 [^)]*\)/g, '')
    .replace(/(\w+ "\w+" failed): .*$/gm, '$1')
    .replace(/^\s*\t.*\n/gm, '')
    .replace(/\d+[sm]$/gm, 'AGE')
    .replace(/^APPLY_METHOD: .*$/gm, '')
    .replace(/[ \t]+$/gm, '');
}

async function objects(scene: Scene, namespace: string, name: string): Promise<unknown> {
  const { items } = await scene.client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
  return items
    .filter(({ metadata }) => metadata.name?.startsWith(name))
    .map(({ metadata: { name: own, labels, annotations }, data }) =>
      JSON.parse(JSON.stringify({ own, labels, annotations, data }).replaceAll(namespace, 'NAMESPACE')),
    );
}
