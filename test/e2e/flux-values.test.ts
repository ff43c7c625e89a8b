// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as Flux writes them
/** What a HelmRelease's values come to, beside what `helm template` makes of the flags that mean the same. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const helm = process.env['HELM_BIN'];
/** Real Helm is asked, so they run with the judges. */
const judged = test.skipIf(!process.env['KUBECONFIG_REAL'] || !helm);
const namespace = 'flux-values';

const chart = {
  'fleet/charts/echo/Chart.yaml': chartYaml('echo'),
  'fleet/charts/echo/values.yaml':
    'colour: white\nsize: 1\ngone: {with: null}\nimage: {repository: nginx, tag: "1.0"}\nhosts: [{name: a}, {name: b}]\n',
  'fleet/charts/echo/values-prod.yaml': 'size: 3\nimage: {tag: "2.0"}\n',
  'fleet/charts/echo/templates/values.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {values: {{ .Values | toJson | quote }}}\n',
};
const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: ${namespace}}
spec: {url: https://git.example.com/fleet.git, interval: 1m}
`;

/** Values files for Helm; in the cluster a key of the ConfigMap or the Secret `settings`. */
const texts: Readonly<Record<string, string>> = {
  'values.yaml': 'colour: red\nimage: {tag: "3.0", pullPolicy: Always}\nhosts: [{name: c}]\n',
  'more.yaml': 'image: {tag: "4.0"}\nnested: {deep: {list: [1, 2.5, true, null, "010"]}}\n',
  'secret.yaml': 'password: "p,a=s{s}"\nsize: 7\n',
  tag: '5.0',
  number: '42',
  quoted: "'42'",
  commas: 'a,b={c}',
  list: '{1,two,true}',
  nothing: 'null',
  double: '"true"',
  escaped: 'a\\,b',
  lines: 'one\ntwo\n',
};

interface Case {
  /** Of the HelmRelease's spec, beside its chart. */
  readonly spec: string;
  /** `@KEY` is the file of that text, `@{…}` one with this YAML. */
  readonly flags: readonly string[];
  readonly valuesFiles?: string;
}

const map = (more = '') => `{kind: ConfigMap, name: settings${more}}`;
const cases: Readonly<Record<string, Case>> = {
  inline: {
    spec: 'values: {colour: blue, gone: {with: {it: 1}}, image: {tag: null}}',
    flags: ['-f', '@{colour: blue, gone: {with: {it: 1}}, image: {tag: null}}'],
  },
  'map-below-values': {
    spec: `valuesFrom: [${map()}], values: {colour: blue}`,
    flags: ['-f', '@values.yaml', '-f', '@{colour: blue}'],
  },
  'in-the-order-of-the-list': {
    spec: `valuesFrom: [${map(', valuesKey: more.yaml')}, ${map()}, {kind: Secret, name: settings, valuesKey: secret.yaml}]`,
    flags: ['-f', '@more.yaml', '-f', '@values.yaml', '-f', '@secret.yaml'],
  },
  'another-order': {
    spec: `valuesFrom: [{kind: Secret, name: settings, valuesKey: secret.yaml}, ${map()}, ${map(', valuesKey: more.yaml')}]`,
    flags: ['-f', '@secret.yaml', '-f', '@values.yaml', '-f', '@more.yaml'],
  },
  'optional-and-not-there': {
    spec: `valuesFrom: [{kind: Secret, name: nobody, optional: true}, ${map(', valuesKey: more.yaml')}]`,
    flags: ['-f', '@more.yaml'],
  },
  'target-over-values': {
    spec: `valuesFrom: [${map(', valuesKey: tag, targetPath: image.tag')}, ${map()}], values: {image: {tag: below}}`,
    flags: ['-f', '@values.yaml', '-f', '@{image: {tag: below}}', '--set', 'image.tag=5.0'],
  },
  'target-of-a-number': {
    spec: `valuesFrom: [${map(', valuesKey: number, targetPath: "hosts[1].port"')}]`,
    flags: ['--set', 'hosts[1].port=42'],
  },
  'target-in-quotes': {
    spec: `valuesFrom: [${map(', valuesKey: quoted, targetPath: size')}]`,
    flags: ['--set-string', 'size=42'],
  },
  'target-as-it-is': {
    spec: `valuesFrom: [${map(', valuesKey: commas, targetPath: image.tag, literal: true')}]`,
    flags: ['--set-literal', 'image.tag=a,b={c}'],
  },
  'target-with-a-dot': {
    spec: `valuesFrom: [${map(', valuesKey: tag, targetPath: labels.example\\.com/tag')}]`,
    flags: ['--set', 'labels.example\\.com/tag=5.0'],
  },
  'target-of-a-list': {
    spec: `valuesFrom: [${map(', valuesKey: list, targetPath: hosts')}, ${map(', valuesKey: number, targetPath: "new[1].deep"')}]`,
    flags: ['--set', 'hosts={1,two,true}', '--set', 'new[1].deep=42'],
  },
  'target-of-null': {
    spec: `valuesFrom: [${map(', valuesKey: nothing, targetPath: image.tag')}, ${map(', valuesKey: double, targetPath: colour')}]`,
    flags: ['--set', 'image.tag=null', '--set-string', 'colour=true'],
  },
  'target-with-an-escape': {
    spec: `valuesFrom: [${map(', valuesKey: escaped, targetPath: colour')}]`,
    flags: ['--set', 'colour=a\\,b'],
  },
  'target-of-lines': {
    spec: `valuesFrom: [${map(', valuesKey: lines, targetPath: colour, literal: true')}]`,
    flags: ['--set-literal', 'colour=one\ntwo\n'],
  },
  'later-targets-win': {
    spec: `valuesFrom: [${map(', valuesKey: number, targetPath: size')}, ${map(', valuesKey: tag, targetPath: size')}], values: {size: 1}`,
    flags: ['-f', '@{size: 1}', '--set', 'size=42', '--set', 'size=5.0'],
  },
  'null-over-below': {
    spec: `valuesFrom: [${map(', valuesKey: more.yaml')}], values: {nested: {deep: null}, hosts: null, gone: {with: 1, and: null}}`,
    flags: ['-f', '@more.yaml', '-f', '@{nested: {deep: null}, hosts: null, gone: {with: 1, and: null}}'],
  },
  types: {
    spec: 'values: {a: 010, b: 1e3, c: 12345678901234567890, d: yes, e: "yes", f: 2020-01-01, g: 1.0, h: 0x10, i: ~}',
    flags: ['-f', '@{a: 010, b: 1e3, c: 12345678901234567890, d: yes, e: "yes", f: 2020-01-01, g: 1.0, h: 0x10, i: ~}'],
  },
  'values-files': {
    spec: `valuesFrom: [${map()}]`,
    flags: ['-f', '@../fleet/charts/echo/values-prod.yaml', '-f', '@values.yaml'],
    valuesFiles: '[./charts/echo/values.yaml, ./charts/echo/values-prod.yaml]',
  },
  'of-the-repository': {
    spec: 'valuesFrom: [{kind: ConfigMap, name: own}], values: {size: 9}',
    flags: ['-f', '@more.yaml', '-f', '@{size: 9}'],
  },
};
/** As YAML is written anew before it is substituted, quotes do not keep a number a text. */
const substituted = {
  spec: 'values: {colour: "${COLOUR:=red}", size: "${SIZE}", image: {tag: "${TAG/-rc/}-a", repository: "$${LEFT}"}}',
  flags: ['-f', '@{colour: red, size: 12, image: {tag: 1.2-a, repository: "${LEFT}"}}'],
};

const release = (name: string, { spec, valuesFiles }: Case) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ${name}, namespace: ${namespace}}
spec: {interval: 10m, chart: {spec: {chart: ./charts/echo, ${valuesFiles ? `valuesFiles: ${valuesFiles}, ` : ''}sourceRef: {kind: GitRepository, name: flux-system}}}, ${spec}}
`;
const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '    ');
const own = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, namespace: ${namespace}}\ndata:\n  values.yaml: |\n${indented(texts['more.yaml'] ?? '')}`;
const substitution = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: more, namespace: ${namespace}}
spec:
  interval: 10m
  prune: true
  path: ./more
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substitute: {SIZE: "12", TAG: 1.2-rc}}
`;

describeOnEach('the values of a HelmRelease', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  let files = 0;

  /** As Helm is given it. */
  const flagOf = (written: string) => {
    if (!written.startsWith('@')) return written;
    const text = written.slice(1);
    if (!text.startsWith('{')) return join(scene.folder, 'texts', text);
    files += 1;
    scene.write({ [`texts/inline${files}.yaml`]: text });
    return join(scene.folder, 'texts', `inline${files}.yaml`);
  };
  const byHelm = async (name: string, flags: readonly string[]) => {
    const args = ['template', name, join(scene.folder, 'fleet/charts/echo'), ...flags.map(flagOf)];
    const { stdout } = await promisify(execFile)(helm ?? '', args);
    return JSON.parse((parse(stdout) as { data: { values: string } }).data.values) as object;
  };
  const deployed = async (name: string) => {
    await daemon.waitFor('release.deployed', { release: name });
    const object = await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    return JSON.parse((object?.['data'] as { values: string } | undefined)?.values ?? '{}') as object;
  };

  beforeAll(async () => {
    scene.write({ ...chart, 'fleet/flux/source.yaml': source });
    scene.write(Object.fromEntries(Object.entries(texts).map(([key, text]) => [`texts/${key}`, text])));
    daemon = await scene.start([
      'repositories: [{name: fleet, url: fleet, aliases: ["https://git.example.com/fleet.git"], path: flux, poll: 1s}]',
      'defaults: {rollback: {soak: 100ms}}',
    ]);
    const create = (object: object) => scene.client.create(object as KubernetesObject);
    await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const metadata = { name: 'settings', namespace };
    await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: texts });
    await create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { 'secret.yaml': texts['secret.yaml'] } });
    const releases = Object.entries(cases).map(([name, one]) => [`fleet/flux/${name}.yaml`, release(name, one)]);
    scene.write({
      'fleet/flux/own.yaml': own,
      'fleet/flux/more.yaml': substitution,
      'fleet/more/substituted.yaml': release('substituted', substituted),
      ...Object.fromEntries(releases),
    });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  judged.each(Object.entries({ ...cases, substituted }))('%s', async (name, { flags }) => {
    expect(await deployed(name)).toEqual(await byHelm(name, flags));
  });
});
