import { describe, expect, test } from 'vitest';
import { maskPlanned } from '../../../../src/entry/cli/plan/mask-planned.ts';
import { planHtml } from '../../../../src/entry/cli/plan/plan-html.ts';
import { planMarkdown } from '../../../../src/entry/cli/plan/plan-markdown.ts';
import { formatPlan } from '../../../../src/entry/cli/plan/plan-table.ts';
import {
  isNothing,
  lookFirst,
  type PlannedRelease,
  planRow,
  summarize,
  summaryLine,
} from '../../../../src/entry/cli/plan/planned-release.ts';
import { createSecretMask } from '../../../../src/foundation/secrets/secret-mask.ts';
import { type Causes, placeOf } from '../../../../src/pipeline/explain-plan.ts';
import type { Change } from '../../../../src/pipeline/plan/plan.ts';

const change = (operation: Change['operation'], kind: string, more: Partial<Change> = {}): Change => ({
  key: { group: 'apps', version: 'v1', kind, namespace: 'dev', name: 'web' } as never,
  operation,
  object: {} as never,
  live: undefined,
  fields: [],
  drift: [],
  reason: undefined,
  ...more,
});
const planned = (environment: string, changes: Change[], more: Partial<PlannedRelease> = {}): PlannedRelease => ({
  definition: { app: 'web', environment, cluster: 'main', namespace: environment, releaseName: 'web' } as never,
  plan: { changes, crds: [], hooks: [], manifest: '' },
  causes: new Map(),
  ...more,
});
const field = (pointer: string, before: unknown, after: unknown) => ({ fields: [{ pointer, before, after }] });
const head = { revisions: 'a1 against b2', offline: false, problems: [] };

test('what must be looked at comes first, the worst at the top', () => {
  const all = [
    planned('dev', [change('update', 'Deployment', field('/spec/template/spec/x', 1, 2)), change('delete', 'Service')]),
    planned('prod', [change('replacementRefused', 'StatefulSet', { reason: 'field is immutable' })]),
    planned('old', [change('delete', 'Service')], { removal: 'uninstall' }),
    planned('test', [change('update', 'Deployment', field('/spec/replicas', 1, 2))]),
  ];
  expect(lookFirst(all)).toEqual([
    'web/prod: StatefulSet/web is refused: field is immutable',
    'web/old: no longer defined; uninstalled',
    'web/dev: Service/web is deleted',
    'web/dev: Deployment/web restarts its pods',
  ]);
});

test('each environment has a line', () => {
  const all = [
    planned('dev', [change('create', 'Service'), change('update', 'DaemonSet', field('/spec/template', 1, 2))]),
    planned('prod', [change('unchanged', 'Service')]),
  ];
  expect(summarize(all).map(summaryLine)).toEqual([
    'dev: 1 release; 1 to create, 1 to update, 1 restarting',
    'prod: nothing to do',
  ]);
});

describe('what is done beside the objects', () => {
  const around = {
    crds: [change('create', 'CustomResourceDefinition')],
    hooks: [
      { object: 'Job/migrate', event: 'pre-upgrade', ...field('/spec/x', 1, 'hush-hush-hush') },
      { object: 'Job/probe', event: 'test', fields: [] },
    ],
  } satisfies PlannedRelease['around'];
  const one = planned('dev', [change('update', 'Service', field('/spec/ports', 1, 2))], { around });

  test('stands where it comes', () => {
    expect(formatPlan(one)).toBe(`web/dev:
  + create CustomResourceDefinition/web
  > run Job/migrate (pre-upgrade hook)
      /spec/x: 1 → hush-hush-hush
  ~ update Service/web
      /spec/ports: 1 → 2
  > run Job/probe (test hook)
`);
    expect(planHtml([one], head).match(/(create|run|update) <b>[^<]*<\/b>( \([^)]*\))?/g)).toEqual([
      'create <b>CustomResourceDefinition/web</b>',
      'run <b>Job/migrate</b> (pre-upgrade hook)',
      'update <b>Service/web</b>',
      'run <b>Job/probe</b> (test hook)',
    ]);
    expect(planRow(one)).toMatchObject({
      crds: [{ operation: 'create', object: 'CustomResourceDefinition/web' }],
      changes: [{ operation: 'update' }],
      hooks: [{ object: 'Job/migrate', event: 'pre-upgrade' }, { object: 'Job/probe' }],
    });
    expect(summarize([one]).map(summaryLine)).toEqual(['dev: 1 release; 1 to create, 1 to update']);
  });

  test('is something to do by itself', () => {
    const alone = planned('dev', [change('unchanged', 'Service')], { around: { crds: [], hooks: around.hooks } });
    expect([isNothing(alone), isNothing({ ...alone, around: undefined })]).toEqual([false, true]);
    expect(formatPlan(alone)).toContain('> run Job/migrate');
    expect(summarize([alone]).map(summaryLine)).toEqual(['dev: 1 release; no object changes']);
  });

  test('shows no secret', () => {
    const mask = createSecretMask();
    mask.add(['hush-hush-hush']);
    expect(formatPlan(maskPlanned(one, mask))).not.toContain('hush');
  });
});

describe('Markdown', () => {
  test('nothing to do is said', () => {
    expect(planMarkdown([], head)).toBe('### helm-gitops plan: a1 against b2\n\nNothing to do.\n');
  });

  test('no text of a chart gets out of its place', () => {
    const hostile = '```\n</details>\n# @team <b>';
    const text = planMarkdown(
      [
        planned('dev|x', [
          change('refused', 'Service', { reason: `@all [a](b) ${hostile}`, ...field('/a', hostile, 1) }),
        ]),
      ],
      { ...head, problems: [hostile] },
    );
    const [before, ...fenced] = text.split(/^````.*$/m);
    // The fences are longer than any run within them, and come in pairs.
    expect(fenced.length % 2).toBe(0);
    const outside = [before, ...fenced.filter((_, at) => at % 2 === 1)].join('');
    expect(outside).not.toMatch(/@team|@all|<b>(?!web)|\[a\]\(b\)/);
    expect(outside.match(/<\/details>/g)).toHaveLength(1);
    expect(outside).toContain('| dev\\|x |');
  });

  test('a comment never grows beyond what a forge takes', () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      planned(`env${at}`, [change('update', 'Deployment', field('/a', 'x'.repeat(90), 'y'.repeat(90)))]),
    );
    const text = planMarkdown(many, head);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\n\d+ more releases left out: /);
  });
});

test('a page escapes every text and loads nothing', () => {
  const evil = '<script src="x">&';
  const html = planHtml(
    [planned('dev', [change('update', 'Service', { reason: evil, ...field(evil, evil, evil) })], { values: [evil] })],
    { revisions: evil, offline: true, problems: [evil] },
  );
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script src=&quot;x&quot;&gt;&amp;');
  expect(html).not.toMatch(/\b(?:src|href)="/);
});

test('what a format would escape or cut is masked before', () => {
  const secret = 'cor_rect "ho*rse"\n@<st#ple>';
  const mask = createSecretMask();
  mask.add([secret]);
  const update = change('update', 'Service', {
    ...field(`/data/${secret}`, [secret, 1.5], { [secret]: { deep: `${'x'.repeat(60)}${secret}` } }),
    reason: `"${secret}" is refused`,
  });
  const cause = `values.yaml:1 a ${secret}→1`;
  const causes: Causes = new Map([[placeOf(update.key, `/data/${secret}`), [cause]]]);
  const waits = { for: 'confirm r-web', reason: secret };
  const refused = change('refused', 'ConfigMap', { reason: secret, key: { ...update.key, name: secret } });
  const shown = maskPlanned(
    planned('dev', [update, refused], { causes, waits, values: [cause], sources: [cause] }),
    mask,
  );
  for (const text of [planMarkdown([shown], head), planHtml([shown], head)]) {
    for (const word of ['cor', 'rect', 'ho', 'st@', 'ple']) expect(text).not.toMatch(new RegExp(`\\b${word}\\b`));
    expect(text).toContain('/data/***');
    expect(text).toContain('by values.yaml:1 a ***→1');
  }
});
