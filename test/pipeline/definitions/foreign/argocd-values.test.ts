/** Effective values of an Argo CD Application, and what helm makes of the flags that Argo CD passes for it (HELM_BIN). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { noSources } from '../../../../src/pipeline/chart/chart-sources.ts';
import { offlineCapabilities } from '../../../../src/pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../../../../src/pipeline/render/render-chart.ts';
import { formatTemplateOutput } from '../../../../src/pipeline/render/template-output.ts';
import { openCheckoutFiles } from '../../../../src/pipeline/source/checkout-files.ts';
import { syncRevision } from '../../../../src/pipeline/sync-revision.ts';
import { temporaryFolder, writeFiles } from '../../../support/git-repository.ts';

const helm = process.env['HELM_BIN'];
const folder = temporaryFolder();
afterAll(() => folder.remove());

const url = 'https://git.example.com/fleet.git';
writeFiles(folder.path, {
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'charts/shop/values.yaml': 'base: 1\nnested: {a: 1, b: 2}\nlist: [1, 2]\n',
  'charts/shop/templates/all.yaml':
    'kind: ConfigMap\napiVersion: v1\nmetadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}\ndata: {all: {{ toJson .Values | quote }}}\n',
  'charts/shop/prod.yaml': 'nested: {b: prod}\nfrom: prod\n',
  'charts/shop/shop.yaml': 'from: the name\n',
  'charts/shop/envs/a.yaml': 'glob: a\na: 1\n',
  'charts/shop/envs/b.yaml': 'glob: b\nb: 1\n',
  'charts/shop/envs/deep/c.yaml': 'glob: c\nc: 1\n',
  'charts/shop/files/f.txt': 'line one, "two"\nthree\n',
  'values/global.yaml': 'global: {x: 1}\nfrom: global\n',
  'values/web.yaml': 'from: the namespace\n',
});

/** The `helm` block of the source, and the flags as Argo CD's `Cmd.template` passes them. INLINE is `values`, in a file. */
const cases: readonly [helm: string, flags: readonly string[], inline?: string][] = [
  ['{}', []],
  [
    '{valueFiles: [prod.yaml, ../../values/global.yaml]}',
    ['--values', 'prod.yaml', '--values', '../../values/global.yaml'],
  ],
  ['{valueFiles: [/values/global.yaml, prod.yaml]}', ['--values', '../../values/global.yaml', '--values', 'prod.yaml']],
  ['{valueFiles: [$ARGOCD_APP_NAME.yaml]}', ['--values', 'shop.yaml']],
  [`{valueFiles: ["/values/\${ARGOCD_APP_NAMESPACE}.yaml"]}`, ['--values', '../../values/web.yaml']],
  ['{valueFiles: [none.yaml, prod.yaml], ignoreMissingValueFiles: true}', ['--values', 'prod.yaml']],
  ['{valueFiles: ["envs/*.yaml"]}', ['--values', 'envs/a.yaml', '--values', 'envs/b.yaml']],
  [
    '{valueFiles: ["envs/**/*.yaml"]}',
    ['--values', 'envs/a.yaml', '--values', 'envs/b.yaml', '--values', 'envs/deep/c.yaml'],
  ],
  ['{valueFiles: ["envs/*.yaml", envs/a.yaml]}', ['--values', 'envs/b.yaml', '--values', 'envs/a.yaml']],
  [
    '{valueFiles: ["envs/{a,deep/c}.yaml", "none/*.yaml"], ignoreMissingValueFiles: true}',
    ['--values', 'envs/a.yaml', '--values', 'envs/deep/c.yaml'],
  ],
  [
    '{valueFiles: [prod.yaml], values: "from: inline\\nnested: {a: ~}\\n"}',
    ['--values', 'prod.yaml', '--values', 'INLINE'],
    'from: inline\nnested: {a: ~}\n',
  ],
  [
    '{values: "on: yes\\nmode: 0777\\nbig: 12345678901234567890\\nfloat: 1e3\\ndate: 2020-01-01\\n"}',
    ['--values', 'INLINE'],
    'on: yes\nmode: 0777\nbig: 12345678901234567890\nfloat: 1e3\ndate: 2020-01-01\n',
  ],
  [
    '{values: "from: text", valuesObject: {from: object, list: [{a: 1}], nested: {a: null}}}',
    ['--values', 'INLINE'],
    'from: object\nlist: [{a: 1}]\nnested: {a: null}\n',
  ],
  [
    '{valuesObject: {n: 12345678901, f: 1.5, b: yes, s: "yes", e: {}, l: []}}',
    ['--values', 'INLINE'],
    'n: 12345678901\nf: 1.5\nb: true\ns: "yes"\ne: {}\nl: []\n',
  ],
  [
    '{valuesObject: {a: object}, parameters: [{name: a, value: set}]}',
    ['--set', 'a=set', '--values', 'INLINE'],
    'a: object\n',
  ],
  [
    '{parameters: [{name: a.b, value: "1"}, {name: c, value: "true"}, {name: d, value: "null"}, {name: e, value: ""}]}',
    ['--set', 'a.b=1', '--set', 'c=true', '--set', 'd=null', '--set', 'e='],
  ],
  [
    '{parameters: [{name: a, value: "1", forceString: true}, {name: b, value: "true", forceString: true}]}',
    ['--set-string', 'a=1', '--set-string', 'b=true'],
  ],
  [
    '{parameters: [{name: a, value: "x", forceString: true}, {name: a, value: "1"}]}',
    ['--set', 'a=1', '--set-string', 'a=x'],
  ],
  [
    '{parameters: [{name: a, value: "1,2"}, {name: b, value: "{1,2}"}, {name: c, value: "x\\\\,y,,z"}]}',
    ['--set', 'a=1\\,2', '--set', 'b={1,2}', '--set', 'c=x\\,y\\,\\,z'],
  ],
  [
    '{parameters: [{name: "list[0]", value: "9"}, {name: "nested.a", value: "null"}, {name: "k\\\\.x/y", value: z}]}',
    ['--set', 'list[0]=9', '--set', 'nested.a=null', '--set', 'k\\.x/y=z'],
  ],
  [
    `{parameters: [{name: a, value: "$ARGOCD_APP_NAME-\${ARGOCD_APP_NAMESPACE}-$NONE-$$x-$"}, {name: b, value: "\${ARGOCD_APP_SOURCE_PATH}"}]}`,
    ['--set', 'a=shop-web--$x-$', '--set', 'b=charts/shop'],
  ],
  [
    '{parameters: [{name: a, value: "$ARGOCD_APP_PROJECT_NAME", forceString: true}, {name: r, value: $ARGOCD_APP_SOURCE_TARGET_REVISION}]}',
    ['--set-string', 'a=default', '--set', 'r=HEAD'],
  ],
  [
    '{parameters: [{name: c, value: $ARGOCD_APP_REVISION}, {name: s, value: $ARGOCD_APP_REVISION_SHORT}, {name: e, value: $ARGOCD_APP_REVISION_SHORT_8}]}',
    ['--set', `c=${'c0ffee01'.repeat(5)}`, '--set', 's=c0ffee0', '--set', 'e=c0ffee01'],
  ],
  [
    '{valuesObject: {v: "$ARGOCD_APP_NAME {{ .Release.Name }}"}, parameters: [{name: t, value: "x {{ .y }}"}]}',
    ['--set', 't=x {{ .y }}', '--values', 'INLINE'],
    'v: "$ARGOCD_APP_NAME {{ .Release.Name }}"\n',
  ],
  ['{fileParameters: [{name: f.text, path: files/f.txt}]}', ['--set-file', 'f.text=files/f.txt']],
  [
    '{fileParameters: [{name: f, path: /values/global.yaml}], parameters: [{name: f, value: set}]}',
    ['--set', 'f=set', '--set-file', 'f=../../values/global.yaml'],
  ],
  ['{releaseName: other, valueFiles: [prod.yaml]}', ['--values', 'prod.yaml']],
  // Commas, braces, equal signs, backslashes and line breaks in parameters.
  [
    '{parameters: [{name: a, value: "1,2", forceString: true}, {name: b, value: "{1,2}", forceString: true}, {name: c, value: "null", forceString: true}]}',
    ['--set-string', 'a=1\\,2', '--set-string', 'b={1,2}', '--set-string', 'c=null'],
  ],
  [
    '{parameters: [{name: a, value: "x=y=z"}, {name: b, value: "{}"}, {name: c, value: "{a, b c,}"}, {name: d, value: " x "}, {name: e, value: "one\\ntwo"}]}',
    ['--set', 'a=x=y=z', '--set', 'b={}', '--set', 'c={a, b c,}', '--set', 'd= x ', '--set', 'e=one\ntwo'],
  ],
  [
    '{parameters: [{name: a, value: "x\\\\"}, {name: c, value: "a}"}, {name: d, value: "ä,ß"}, {name: e, value: \'"q"\'}]}',
    ['--set', 'a=x\\', '--set', 'c=a}', '--set', 'd=ä\\,ß', '--set', 'e="q"'],
  ],
  // Types as strvals reads them.
  [
    '{parameters: [{name: a, value: "010"}, {name: b, value: "0x10"}, {name: c, value: "1e3"}, {name: d, value: "1.0"}, {name: e, value: "12345678901234567890"}, {name: f, value: "True"}, {name: g, value: "~"}, {name: h, value: "yes"}, {name: i, value: "-0"}]}',
    ['a=010', 'b=0x10', 'c=1e3', 'd=1.0', 'e=12345678901234567890', 'f=True', 'g=~', 'h=yes', 'i=-0'].flatMap((one) => [
      '--set',
      one,
    ]),
  ],
  // Paths into lists and maps, over what the chart has.
  [
    '{parameters: [{name: "list[2].deep[0].x", value: "1"}, {name: "nested.c.d", value: t}, {name: "new[1]", value: second}, {name: "global.a\\\\.b", value: g}]}',
    ['--set', 'list[2].deep[0].x=1', '--set', 'nested.c.d=t', '--set', 'new[1]=second', '--set', 'global.a\\.b=g'],
  ],
  [
    '{valuesObject: {list: [{a: 1}, {b: 2}], nested: null, base: {now: a map}}, parameters: [{name: "list[1].b", value: "null"}, {name: base.more, value: "1"}]}',
    ['--set', 'list[1].b=null', '--set', 'base.more=1', '--values', 'INLINE'],
    'list: [{a: 1}, {b: 2}]\nnested: null\nbase: {now: a map}\n',
  ],
  [
    '{values: "a: &one {x: 1}\\nb: *one\\nc: {<<: *one, y: 2}\\nempty:\\nnested: {}\\nlist: []\\n"}',
    ['--values', 'INLINE'],
    'a: &one {x: 1}\nb: *one\nc: {<<: *one, y: 2}\nempty:\nnested: {}\nlist: []\n',
  ],
  ['{valueFiles: [prod.yaml], values: ""}', ['--values', 'prod.yaml']],
  [
    '{fileParameters: [{name: "list[1]", path: files/f.txt}, {name: "a\\\\.b", path: "/values/$ARGOCD_APP_NAMESPACE.yaml"}]}',
    ['--set-file', 'list[1]=files/f.txt', '--set-file', 'a\\.b=../../values/web.yaml'],
  ],
];

async function ours(block: string): Promise<string> {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  destination: {name: in-cluster, namespace: web}
  source: {repoURL: "${url}", path: charts/shop, targetRevision: HEAD, helm: ${block}}
`;
  writeFiles(folder.path, { 'apps/shop.yaml': text });
  const commit = { id: 'c0ffee01'.repeat(5), author: 'Ada', time: 0, subject: '' };
  const synced = await syncRevision({
    op: 'o',
    checkout: { repository: 'fleet', revision: 'r', commit, root: folder.path, path: 'apps' },
    compat: 'helm4',
    sources: noSources,
    definitions: {
      files: await openCheckoutFiles(folder.path),
      defaults: { settings: {}, environments: undefined },
      clusters: ['local'],
      own: { urls: [url], revision: undefined },
    },
  });
  expect(synced.problems).toEqual([]);
  for (const { error } of synced.failed) throw error;
  const [{ chart, values, definition } = {} as never] = synced.releases;
  const rendered = renderChart({
    chart,
    values,
    release: { name: definition.releaseName, namespace: 'web', revision: 1, isInstall: true, isUpgrade: false },
    capabilities: offlineCapabilities,
    compat: 'helm4',
    sources: { now: () => new Date(0), randomBytes: (count) => new Uint8Array(count) },
  });
  return formatTemplateOutput(rendered, { compat: 'helm4' });
}

describe.skipIf(helm === undefined)(
  'values as helm has them with the flags that Argo CD passes (needs HELM_BIN)',
  () => {
    test.each(cases.map(([block, flags, inline = '']) => ({ block, flags, inline })))(
      '$block',
      async ({ block, flags, inline }) => {
        writeFiles(folder.path, { 'inline.yaml': inline });
        const args = flags.map((flag) => (flag === 'INLINE' ? '../../inline.yaml' : flag));
        const name = /releaseName: (\w+)/.exec(block)?.[1] ?? 'shop';
        const head = ['template', '.', '--name-template', name, '--namespace', 'web', '--include-crds'];
        const cwd = join(folder.path, 'charts/shop');
        const expected = execFileSync(helm ?? '', [...head, ...args], { cwd, encoding: 'utf8' });
        expect(await ours(block)).toBe(expected);
      },
    );
  },
);

test.each([
  ['{valueFiles: [none.yaml]}', 'values.not-found', 'open charts/shop/none.yaml: no such file or directory'],
  ['{valueFiles: ["none/*.yaml"]}', 'values.not-found', 'the glob "charts/shop/none/*.yaml" fits no file'],
  ['{values: "a: [1"}', 'values.invalid', 'failed to parse the values: '],
])('%s cannot be had', async (block, code, message) => {
  await expect(ours(block)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});
