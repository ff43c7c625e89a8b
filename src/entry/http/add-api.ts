/** The API for programs: releases, their history, repositories, clusters and events as JSON. Reading only. */
import type { Hono } from 'hono';
import type { Control } from '../../daemon/control.ts';
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import { eventJson, parseNumber } from './event-json.ts';
import { openApi } from './open-api.table.ts';

export function addApi(app: Hono, control: Control): void {
  const find = (name: string, environment: string) =>
    control.releases().find((release) => release.app === name && release.environment === environment);
  app.get('/api/v1/openapi.json', (context) => context.json(openApi));
  app.get('/api/v1/releases', (context) => context.json({ ready: control.ready, releases: control.releases() }));
  app.get('/api/v1/releases/:app/:environment', (context) => {
    const { app: name, environment } = context.req.param();
    const view = find(name, environment);
    return view ? context.json(view) : context.json({ error: `no release ${name}/${environment}` }, 404);
  });
  app.get('/api/v1/releases/:app/:environment/history', async (context) => {
    const { app: name, environment } = context.req.param();
    if (!find(name, environment)) return context.json({ error: `no release ${name}/${environment}` }, 404);
    const records = await control.history(name, environment);
    return context.json({ revisions: records.map(revisionJson) });
  });
  app.get('/api/v1/repositories', (context) => context.json({ repositories: control.repositories() }));
  app.get('/api/v1/clusters', (context) => context.json({ clusters: control.clusters() }));
  app.get('/api/v1/events', (context) => {
    const after = parseNumber(context.req.query('after'));
    if (after === undefined) return context.json({ error: 'after: expected the number of an event' }, 400);
    return context.json({ events: control.events(after).map(eventJson) });
  });
}

/** Neither chart, values, manifest nor notes: any of them may hold secrets. */
function revisionJson({ version, info, chart }: ReleaseRecord): Record<string, unknown> {
  const metadata = chart['metadata'] as { name?: string; version?: string } | undefined;
  const { status, description, first_deployed: firstDeployed, last_deployed: lastDeployed } = info;
  const name = metadata?.name && `${metadata.name}-${metadata.version}`;
  return { version, status, description, firstDeployed, lastDeployed, ...(name ? { chart: name } : {}) };
}
