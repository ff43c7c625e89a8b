import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { formatTemplateOutput, type TemplateOutputOptions } from '../../../src/pipeline/render/template-output.ts';
import { makeChart } from '../../support/make-chart.ts';
import { renderRelease } from '../../support/render-here.ts';

const files = {
  'templates/a.yaml': 'kind: Service\n---\nkind: ConfigMap\n\n\n',
  'templates/deep/b.yaml': '\nkind: Secret\napiVersion: v1',
  'templates/hook.yaml':
    'kind: Job\nmetadata: {name: j, annotations: {helm.sh/hook: pre-install}}\n---\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n',
  'templates/NOTES.txt': 'notes\n',
  'crds/c.yaml': 'kind: CustomResourceDefinition\n',
};

type Flags = Omit<TemplateOutputOptions, 'compat'>;

async function output(options: TemplateOutputOptions): Promise<string> {
  using made = makeChart(files);
  return formatTemplateOutput(await renderRelease(made.path, { compat: options.compat }), options);
}

const cases: readonly (readonly [Flags, readonly string[]])[] = [
  [{}, []],
  [{ includeCrds: true }, ['--include-crds']],
  [{ noHooks: true }, ['--no-hooks']],
  [{ skipTests: true }, ['--skip-tests']],
  [{ showOnly: ['templates/a.yaml'] }, ['-s', 'templates/a.yaml']],
  [
    { showOnly: ['templates/hook.yaml', 'templates/*/b.yaml', 'templates/hook.yaml'] },
    ['-s', 'templates/hook.yaml', '-s', 'templates/*/b.yaml', '-s', 'templates/hook.yaml'],
  ],
  [{ showOnly: ['crds/c.yaml'], includeCrds: true }, ['-s', 'crds/c.yaml', '--include-crds']],
];

const judges = [
  ['helm4', process.env.HELM_BIN],
  ['helm3', process.env.HELM3_BIN],
] as const;

describe.each(judges)('what %s template prints', (compat, bin) => {
  test.skipIf(bin === undefined).each(cases)('%j (needs HELM_BIN, HELM3_BIN)', async (flags, args) => {
    using made = makeChart(files);
    const helm = spawnSync(bin ?? '', ['template', 'rel', made.path, '-n', 'prod', ...args], { encoding: 'utf8' });
    expect(await output({ compat, ...flags })).toBe(helm.stdout);
  });
});

test('an unknown template is an error', async () => {
  await expect(output({ compat: 'helm4', showOnly: ['templates/none.yaml'] })).rejects.toMatchObject({
    code: 'chart.no-template',
    message: 'could not find template templates/none.yaml in chart',
  });
});

test('notes are shown on demand', async () => {
  expect(await output({ compat: 'helm4', noHooks: true, showNotes: true })).toMatch(/\n\nNOTES:\nnotes\n$/);
});
