import { describe, expect, test } from 'vitest';
import type { Health } from '../../../../src/daemon/control.ts';
import { type PageView, renderPage } from '../../../../src/entry/http/page/render-page.ts';
import { commit, createFakeControl, releaseView } from '../fake-control.ts';

function render(part: Partial<PageView> = {}): string {
  const now = new Date(Date.UTC(2026, 10, 20, 12));
  return renderPage({
    ready: true,
    releases: [releaseView()],
    repositories: [],
    clusters: [],
    events: [],
    now,
    version: '0.1.0',
    ...part,
  });
}

const drift = {
  id: 'd1',
  object: 'Deployment/shop',
  field: '/spec/replicas',
  recorded: '3',
  live: '5',
  fields: 1,
  manager: 'kubectl-edit',
  severity: 'workload',
  kind: 'changed',
  since: Date.UTC(2026, 10, 20, 11, 48),
} as const;

const text = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('the page', () => {
  test('escapes whatever comes from a repository or a cluster', () => {
    const evil = `"><img src=x onerror=alert(1)><script>alert('1')</script>`;
    const control = createFakeControl();
    control.emit({ event: 'definition.invalid', repository: evil, file: evil, message: evil, hint: evil, code: evil });
    const release = releaseView({
      app: evil,
      environment: evil,
      chart: evil,
      commit: evil,
      message: evil,
      health: 'failed',
      drift: [{ ...drift, object: evil, field: evil, recorded: evil, live: evil, manager: evil }],
    });
    const repositories = [
      { name: evil, revision: evil, problems: 0, error: evil },
      { name: evil, revision: evil, problems: 1, error: undefined },
    ];
    const html = render({ releases: [release], repositories, events: control.events(), version: evil });
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(1);
    const tags = html.match(/<[^!/][^>]*>/g) ?? [];
    expect(tags.filter((tag) => !/^<\w+( [\w-]+(="[^"<>]*")?)*>$/.test(tag))).toEqual([]);
  });

  test('has neither scripts nor styles of its own, which the policy would forbid', () => {
    expect(render({ releases: [releaseView({ drift: [drift] })] })).not.toMatch(/<style|<script>| style=| on\w+="/);
  });

  test.each<[Health, string]>([
    ['healthy', 'healthy'],
    ['progressing', 'rolling out'],
    ['failed', 'failed'],
    ['rolledBack', 'rolled back'],
    ['blocked', 'waiting'],
    ['suspended', 'suspended'],
    ['unknown', 'not checked yet'],
  ])('says %s in words', (health, word) => {
    expect(text(render({ releases: [releaseView({ health })] }))).toContain(`${word} for 1h shop-1.4.2 · 3f2a1c9`);
  });

  test.each([
    [drift, 'Deployment/shop /spec/replicas 3 → 5 , changed by kubectl-edit 12m ago'],
    [{ ...drift, recorded: undefined, fields: 3 }, '/spec/replicas nothing → 5 and 2 more fields, changed by'],
    [{ ...drift, kind: 'missing' as const, manager: 'unknown' }, 'Deployment/shop is missing: deleted 12m ago'],
    [{ ...drift, kind: 'release' as const }, 'Helm’s record was changed by kubectl-edit'],
    [{ ...drift, kind: 'extra' as const }, '/spec/replicas was added by kubectl-edit: 5'],
  ])('says what drifted %#', (one, said) => {
    expect(text(render({ releases: [releaseView({ drift: [one] })] }))).toContain(said);
  });

  test('shows the worst first, and why', () => {
    const html = text(
      render({
        releases: [
          releaseView({ app: 'a', health: 'blocked', message: 'waits for b' }),
          releaseView({ app: 'b', health: 'failed', message: `crashed at ${commit}` }),
        ],
      }),
    );
    expect(html).toMatch(/Needs attention.*b in prod for 1h crashed at 3f2a1c9 .*a in prod for 1h waits for b/);
  });

  test('says what a rollback means where nobody gave a reason', () => {
    const releases = [releaseView({ health: 'rolledBack' })];
    expect(text(render({ releases }))).toContain('was taken back');
    const control = createFakeControl();
    const release = { op: 'a1', app: 'shop', environment: 'prod', cluster: 'main', namespace: 'prod', release: 'shop' };
    control.emit({ event: 'release.failed', ...release, reason: 'ImagePullBackOff', message: 'no such image' });
    control.emit({ event: 'release.failed', ...release, environment: 'dev', reason: 'x', message: 'another' });
    expect(text(render({ releases, events: control.events() }))).toContain('its inputs change. no such image Releases');
  });

  test('says that all is well only when it is', () => {
    const said = 'Everything runs as the repositories say';
    expect(render()).toContain(said);
    expect(render({ releases: [releaseView({ health: 'unknown' })] })).not.toContain(said);
    expect(render({ releases: [releaseView({ drift: [drift] })] })).not.toContain(said);
    expect(
      render({ repositories: [{ name: 'f', revision: undefined, problems: 0, error: 'no route' }] }),
    ).not.toContain(said);
  });

  test('an empty fleet is not taken for an unread one', () => {
    expect(render({ releases: [] })).toContain('No releases are defined');
    const starting = render({ releases: [], ready: false });
    expect(starting).toContain('first pass is under way');
    expect(starting).not.toContain('No releases are defined');
  });

  test('tells a problem in a definition where it is', () => {
    const control = createFakeControl();
    const place = { file: 'apps/shop.yaml', line: 4, column: 3 };
    const code = 'definitions.unknown-field';
    control.emit({
      event: 'definition.invalid',
      repository: 'fleet',
      ...place,
      message: 'unknown field',
      hint: 'typo?',
      code,
    });
    const repositories = [{ name: 'fleet', revision: commit, problems: 1, error: undefined }];
    expect(text(render({ repositories, events: control.events() }))).toContain(
      'apps/shop.yaml:4:3: unknown field (typo?)',
    );
  });

  test('puts environments in the order of a rollout and never mixes up two releases', () => {
    const releases = ['prod', 'zoo', 'dev', 'staging'].map((environment) => releaseView({ environment }));
    expect([...render({ releases }).matchAll(/scope="col">(\w+)/g)].map(([, name]) => name)).toEqual([
      'application',
      'dev',
      'staging',
      'prod',
      'zoo',
    ]);
    const twins = [
      releaseView({ app: 'a/b', environment: 'c' }),
      releaseView({ app: 'a', environment: 'b/c', version: 9 }),
    ];
    expect(render({ releases: twins }).match(/revision \d/g)).toEqual(['revision 9', 'revision 3']);
  });

  test('stays the same while only seconds pass', () => {
    const at = (seconds: number) => render({ now: new Date(Date.UTC(2026, 10, 20, 12, 0, seconds)) });
    expect(at(1)).toBe(at(50));
  });

  test('leaves out debug, and stays short when a message is long', () => {
    const control = createFakeControl();
    control.emit({ event: 'repository.fetched', repository: 'fleet', revision: commit, duration: 3 });
    const releases = [releaseView({ health: 'failed', message: '💥'.repeat(100_000) })];
    const html = render({ events: control.events(), releases });
    expect(html).not.toContain('repository.fetched');
    expect(html.length).toBeLessThan(10_000);
    expect(html.isWellFormed()).toBe(true);
  });
});

test('a cluster that is out of reach is what the page begins with', () => {
  const since = Date.UTC(2026, 10, 20, 11, 50);
  const html = render({
    clusters: [
      { name: 'far', status: 'unreachable', message: 'connect <refused>', since },
      { name: 'near', status: 'ready', message: undefined, since },
    ],
  });
  expect(html).toMatch(/<b>cluster far<\/b> is out of reach/);
  expect(html).toContain('connect &lt;refused&gt;');
  expect(html).not.toContain('cluster near');
});
