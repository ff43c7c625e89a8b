import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { ReleaseRecord } from '../../../src/foundation/history/release-record.ts';
import { releaseView } from './fake-control.ts';
import { openRoutes } from './open-routes.ts';

describe('routes', () => {
  test('probes tell life and readiness', async () => {
    const { ask, control } = openRoutes();
    expect((await ask('/readyz')).status).toBe(200);
    control.ready = false;
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/healthz')).status).toBe(200);
  });

  test('every answer forbids foreign scripts, frames, sniffing and caching', async () => {
    const { ask } = openRoutes();
    for (const path of ['/', '/page.js', '/api/v1/releases', '/nothing']) {
      const { headers } = await ask(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      for (const part of ["default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"])
        expect(policy).toContain(part);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('metrics are in the format that they say', async () => {
    const answer = await openRoutes().ask('/metrics');
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['up 1\n', 'text/plain; version=0.0.4']);
  });

  test.each(['/nothing', '/api/v1/nothing', '/api/v1/releases/%E0%A4%A/x', '/api/v1/releases/__proto__/constructor'])(
    '%s is not found, as JSON',
    async (path) => {
      const answer = await openRoutes().ask(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ error: expect.any(String) });
    },
  );

  test('an unexpected error is told to the log and not to the reader', async () => {
    const { ask, control, errors } = openRoutes();
    const bug = new Error('password=hunter2 at /srv/secret.ts');
    control.failWith(bug);
    const answer = await ask('/api/v1/releases');
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ error: 'an internal error' });
    expect(errors).toEqual([bug]);
  });

  test('an error of ours keeps its code and hint, without place or cause', async () => {
    const { ask, control } = openRoutes();
    control.failWith(
      new HelmGitopsError('cluster.unreachable', 'transient', 'no answer', { hint: 'wait', cause: new Error('x') }),
    );
    const answer = await ask('/api/v1/releases');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: 'no answer', code: 'cluster.unreachable', hint: 'wait' });
  });

  test('the API describes every path that it serves', async () => {
    const { app, ask } = openRoutes();
    const { paths } = (await (await ask('/api/v1/openapi.json')).json()) as { paths: object };
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'))
      .map(({ path }) => path.replace(/:(\w+)/g, '{$1}'));
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(served.filter((path) => !path.endsWith('openapi.json'))));
  });
});

describe('releases', () => {
  test('one release is found by application and environment', async () => {
    const { ask, control } = openRoutes();
    control.set.releases = [releaseView({ environment: 'dev' }), releaseView({ message: 'fine' })];
    expect(await (await ask('/api/v1/releases/shop/prod')).json()).toMatchObject({
      environment: 'prod',
      message: 'fine',
    });
    expect((await ask('/api/v1/releases/shop/test')).status).toBe(404);
  });

  test('history holds neither chart, values, manifest, hooks nor notes', async () => {
    const { ask, control } = openRoutes();
    const info = {
      first_deployed: 'a',
      last_deployed: 'b',
      description: 'Upgrade complete',
      status: 'deployed' as const,
    };
    const record: ReleaseRecord = {
      name: 'shop',
      namespace: 'prod',
      version: 3,
      info: { ...info, notes: 'SECRET' },
      chart: { metadata: { name: 'shop', version: '1.4.2', description: 'SECRET' }, values: { password: 'SECRET' } },
      config: { password: 'SECRET' },
      manifest: 'SECRET',
      hooks: [{ name: 'h', kind: 'Job', path: 'SECRET', manifest: 'SECRET', events: [] }],
      labels: { a: 'SECRET' },
    };
    control.set.records = [record, { ...record, version: 4, chart: {} }];
    const text = await (await ask('/api/v1/releases/shop/prod/history')).text();
    expect(text).not.toContain('SECRET');
    const revision = { status: 'deployed', description: 'Upgrade complete', firstDeployed: 'a', lastDeployed: 'b' };
    expect(JSON.parse(text)).toEqual({
      revisions: [
        { version: 3, ...revision, chart: 'shop-1.4.2' },
        { version: 4, ...revision },
      ],
    });
    expect((await ask('/api/v1/releases/shop/nowhere/history')).status).toBe(404);
  });
});

describe('events', () => {
  test.each(['x', '', '-1', '1e3', '0x1', 'NaN', '1.5', ' 1', '9'.repeat(30)])('after=%j is refused', async (after) => {
    const { ask } = openRoutes();
    for (const path of ['events', 'stream'])
      expect((await ask(`/api/v1/${path}?after=${encodeURIComponent(after)}`)).status).toBe(400);
  });

  test('after leaves out what was seen', async () => {
    const { ask, control } = openRoutes();
    for (const cluster of ['a', 'b', 'c']) control.emit({ event: 'cluster.recovered', cluster });
    const { events } = (await (await ask('/api/v1/events?after=1')).json()) as { events: unknown[] };
    expect(events).toMatchObject([
      { number: 2, level: 'info', event: 'cluster.recovered', cluster: 'b', time: '2026-11-20T12:00:01.000Z' },
      { number: 3, cluster: 'c' },
    ]);
  });
});
