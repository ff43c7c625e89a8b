/** Whole lives of a release: each is lived by helm alone, by this program alone, and by both in turn, and must leave the same. */
import type { Files } from './interchange-scene.ts';

/**
 * One step a line: `deploy CHART` (an install or an upgrade), `rollback N`, `uninstall [keep] [nohooks]`, `test`. One
 * that fails has `!` at its end, in all three ways.
 */
export interface Life {
  readonly name: string;
  readonly steps: readonly string[];
  /** A difference of the list below. */
  readonly differs?: keyof typeof differences;
}

/** What DESIGN.md decides otherwise than Helm, and what follows from it; nothing else may differ. */
export const differences = {
  /** Everywhere: descriptions name what a revision was made from (§4 Record); conflicts are forced (§4 Apply). */
  'failed stays failed':
    'a failed revision stays failed, where Helm supersedes it when nothing was deployed before: what never ran is nothing to go back to (§5)',
  'failed rollback':
    'a rollback that fails ends failed, and what ran stays deployed: Helm leaves it pending where a hook fails, and nothing deployed where an object is refused (never worse than before, §1)',
  'kept kinds':
    'a PersistentVolumeClaim, a Namespace or a CustomResourceDefinition that is no longer rendered stays (§3)',
} as const;

const named = (kind: string, name: string, rest = '', metadata = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${metadata}${rest}`;
const configMap = (suffix: string, data: string, metadata = '') =>
  named('ConfigMap', `{{ .Release.Name }}${suffix}`, `data: {${data}, step: {{ .Values.step | quote }}}\n`, metadata);
const annotated = (annotations: string) => `  annotations: {${annotations}}\n`;
const hook = (suffix: string, events: string, more = '') =>
  named(
    'ConfigMap',
    `{{ .Release.Name }}-${suffix}`,
    'data: {a: "1"}\n',
    annotated(`helm.sh/hook: "${events}"${more}`),
  );
const badHook = (events: string) =>
  named('ConfigMap', 'Not_A_Name', 'data: {a: "1"}\n', annotated(`helm.sh/hook: "${events}"`));
const chart = (templates: Readonly<Record<string, string>>, more: Files = {}): Files => ({
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "7"\n',
  'values.yaml': 'step: 0\n',
  ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text])),
  ...more,
});

const one = { 'one.yaml': configMap('', 'v: a') };
const bad = named('Service', '{{ .Release.Name }}-bad', 'spec: {ports: [{port: 99999999}]}\n');
const lasting = hook('early', 'pre-install,pre-upgrade,pre-rollback,pre-delete', ', helm.sh/hook-weight: "-5"');
const passing = hook(
  'late',
  'post-install,post-upgrade,post-rollback,post-delete',
  ', helm.sh/hook-delete-policy: "hook-succeeded"',
);
const space = named('Namespace', '{{ .Release.Namespace }}-{{ .Release.Name }}');
const crd =
  'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: lives.life.example.com}\nspec:\n  group: life.example.com\n  scope: Namespaced\n  names: {kind: Life, plural: lives}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]\n';

export const charts: Readonly<Record<string, Files>> = {
  a: chart(one, { 'templates/NOTES.txt': 'thanks {{ .Values.step }}\n' }),
  b: chart({ 'one.yaml': configMap('', 'v: b'), 'two.yaml': configMap('-two', 'v: b') }),
  kinds: chart({
    'all.yaml': [
      named('Secret', '{{ .Release.Name }}', 'stringData: {p: x}\n'),
      named('ServiceAccount', '{{ .Release.Name }}'),
      configMap('-k', 'v: k'),
    ].join('---\n'),
  }),
  empty: chart({}),
  list: chart({
    'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: "{{ .Release.Name }}"}, data: {v: l}}\n- {apiVersion: v1, kind: Secret, metadata: {name: "{{ .Release.Name }}-s"}, stringData: {v: l}}\n`,
  }),
  odd: chart({
    'odd.yaml': `${named('ConfigMap', '{{ .Release.Name }}', 'data: {v: "1"}\ndata: {v: "2", mode: "{{ 0755 }}"}\n')}---\n# nothing\n---\n`,
  }),
  keep: chart({ ...one, 'kept.yaml': configMap('-kept', 'v: a', annotated('helm.sh/resource-policy: keep')) }),
  otherPolicy: chart({ ...one, 'odd.yaml': configMap('-odd', 'v: a', annotated('helm.sh/resource-policy: delete')) }),
  hooks: chart({ ...one, 'hooks.yaml': `${lasting}---\n${passing}` }),
  hooks2: chart({ 'one.yaml': configMap('', 'v: b'), 'hooks.yaml': `${passing}---\n${lasting}` }),
  bad: chart({ ...one, 'bad.yaml': bad }),
  badBefore: chart({ ...one, 'bad.yaml': badHook('pre-install,pre-upgrade') }),
  badAfter: chart({ ...one, 'bad.yaml': badHook('post-install,post-upgrade') }),
  badRollback: chart({ ...one, 'bad.yaml': badHook('pre-rollback') }),
  badRollbackEnd: chart({ ...one, 'bad.yaml': badHook('post-rollback') }),
  badDelete: chart({ ...one, 'bad.yaml': `${lasting}---\n${badHook('pre-delete')}` }),
  badDeleteEnd: chart({ ...one, 'bad.yaml': badHook('post-delete') }),
  tested: chart({ ...one, 'test.yaml': hook('test', 'test') }),
  testedTwice: chart({
    ...one,
    'test.yaml': `${hook('z', 'test', ', helm.sh/hook-weight: "1"')}---\n${hook('y', 'test', ', helm.sh/hook-delete-policy: "hook-succeeded"')}`,
  }),
  failTest: chart({ ...one, 'test.yaml': badHook('test') }),
  crd: chart(
    {
      ...one,
      'life.yaml':
        'apiVersion: life.example.com/v1\nkind: Life\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {a: 1}\n',
    },
    { 'crds/life.yaml': crd },
  ),
  unknown: chart({
    ...one,
    'unknown.yaml': 'apiVersion: example.com/v1\nkind: Nonsense\nmetadata: {name: "{{ .Release.Name }}"}\n',
  }),
  space: chart({ ...one, 'space.yaml': space }),
  broken: chart({ 'one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ fail "no" }}}\n' }),
};

const life = (name: string, steps: string, differs?: Life['differs']): Life => ({
  name,
  steps: steps.split(' | '),
  ...(differs && { differs }),
});
const many = (count: number) => Array.from({ length: count }, (_, index) => `deploy ${'ab'[index % 2]}`).join(' | ');

export const lives: readonly Life[] = [
  life('an install', 'deploy a'),
  life('an install of every kind', 'deploy kinds'),
  life('an install of nothing', 'deploy empty'),
  life('an install of a List', 'deploy list'),
  life('an install with hooks', 'deploy hooks'),
  life('an install with tests', 'deploy tested'),
  life('an install with a CRD of its own', 'deploy crd | deploy a | deploy crd | uninstall'),
  life('an upgrade', 'deploy a | deploy b'),
  life('an upgrade with the same chart', 'deploy a | deploy a | deploy a'),
  life('an upgrade that drops objects', 'deploy b | deploy a'),
  life('an upgrade that replaces all objects', 'deploy kinds | deploy a | deploy kinds'),
  life('an upgrade to nothing and back', 'deploy a | deploy empty | deploy a'),
  life('an upgrade that brings hooks', 'deploy a | deploy hooks | deploy hooks2'),
  life('an upgrade to and from a List', 'deploy a | deploy list | deploy a'),
  life('duplicate keys and octals', 'deploy odd | deploy a | deploy odd'),
  life('eleven upgrades', many(12)),
  life('rollback to the first', 'deploy a | deploy b | rollback 1'),
  life('rollback to what is running', 'deploy a | deploy b | rollback 2'),
  life('rollback there and back', 'deploy a | deploy b | rollback 1 | rollback 2'),
  life('rollback of a rollback', 'deploy a | deploy b | deploy kinds | rollback 1 | rollback 4 | rollback 2'),
  life('rollback with hooks', 'deploy hooks | deploy hooks2 | rollback 1'),
  life('rollback to other kinds', 'deploy kinds | deploy list | rollback 1'),
  life('rollback to nothing', 'deploy empty | deploy b | rollback 1'),
  life('rollback, then an upgrade', 'deploy a | deploy b | rollback 1 | deploy b'),
  life('rollback to a failed one', 'deploy a | deploy bad ! | deploy b | rollback 2 !', 'failed rollback'),
  life('rollback past a failed one', 'deploy a | deploy bad ! | rollback 1'),
  life('rollback to what failed in its last hook', 'deploy a | deploy badAfter ! | deploy b | rollback 2'),
  life('rollback to what is not there', 'deploy a | rollback 7 !'),
  life('rollback whose first hook fails', 'deploy badRollback | deploy b | rollback 1 !', 'failed rollback'),
  life('rollback whose last hook fails', 'deploy badRollbackEnd | deploy b | rollback 1 !', 'failed rollback'),
  life(
    'rollback that failed, then an upgrade',
    'deploy b | deploy bad ! | deploy a | rollback 2 ! | deploy a',
    'failed rollback',
  ),
  life('uninstall', 'deploy a | uninstall'),
  life('uninstall of every kind', 'deploy kinds | uninstall'),
  life('uninstall with hooks', 'deploy hooks | uninstall'),
  life('uninstall without hooks', 'deploy hooks | uninstall nohooks'),
  life('uninstall after many', 'deploy a | deploy b | rollback 1 | uninstall'),
  life('uninstall of a failed one', 'deploy bad ! | uninstall'),
  life('uninstall of a failed upgrade', 'deploy a | deploy bad ! | uninstall keep'),
  life('uninstall of what is not there', 'uninstall !'),
  life('uninstall with the history kept', 'deploy a | deploy b | uninstall keep'),
  life('uninstall with hooks and the history kept', 'deploy hooks | uninstall keep'),
  life('uninstall twice, the history kept', 'deploy a | uninstall keep | uninstall keep !'),
  life('uninstall twice, then all is gone', 'deploy a | uninstall keep | uninstall'),
  life('uninstall keeps what asks for it', 'deploy keep | uninstall'),
  life('uninstall leaves what has another policy', 'deploy otherPolicy | uninstall'),
  life('uninstall whose first hook fails', 'deploy badDelete | uninstall !'),
  life('uninstall whose first hook fails, then without', 'deploy badDelete | uninstall ! | uninstall nohooks keep'),
  life('uninstall whose last hook fails', 'deploy badDeleteEnd | uninstall !'),
  life('uninstall whose last hook fails, the history kept', 'deploy badDeleteEnd | uninstall keep !'),
  life('installed again', 'deploy a | uninstall | deploy b'),
  life('installed again over a history', 'deploy a | uninstall keep | deploy b | uninstall keep | deploy a'),
  life('brought back from a history', 'deploy a | deploy b | uninstall keep | rollback 1'),
  life('installed again over what was kept', 'deploy keep | uninstall | deploy keep'),
  life('a failed first install, then an upgrade', 'deploy bad ! | deploy a', 'failed stays failed'),
  life('a first install whose hook fails, then an upgrade', 'deploy badBefore ! | deploy a', 'failed stays failed'),
  life('a first install whose last hook fails', 'deploy badAfter !'),
  life('a failed install again and again', 'deploy bad ! | deploy bad ! | deploy a', 'failed stays failed'),
  life('a first install that does not render', 'deploy broken ! | deploy a'),
  life('a failed upgrade', 'deploy a | deploy bad !'),
  life('a failed upgrade, then another', 'deploy a | deploy bad ! | deploy b'),
  life('a failed upgrade, tried twice', 'deploy a | deploy bad ! | deploy bad ! | deploy b'),
  life('an upgrade whose first hook fails', 'deploy a | deploy badBefore ! | deploy b'),
  life('an upgrade whose last hook fails', 'deploy a | deploy badAfter ! | deploy b'),
  life('an upgrade that does not render', 'deploy a | deploy broken ! | deploy b'),
  life('a kind that nobody serves', 'deploy a | deploy unknown ! | deploy b'),
  life('a failed upgrade taken back', 'deploy a | deploy bad ! | rollback 1 | deploy b'),
  life('tests that pass', 'deploy tested | test'),
  life('tests that pass, in their order', 'deploy testedTwice | test | test'),
  life('tests that fail', 'deploy failTest | test !'),
  life('tests that fail, taken back', 'deploy a | deploy failTest | test ! | rollback 1'),
  life('tests that fail, then pass', 'deploy failTest | test ! | deploy tested | test'),
  life('tests of a release without any', 'deploy a | test'),
  life('tests after a rollback', 'deploy tested | deploy a | rollback 1 | test'),
  life('a kept kind that is no longer rendered', 'deploy space | deploy a', 'kept kinds'),
  life('a kept object that is no longer rendered', 'deploy keep | deploy a | uninstall'),
];
