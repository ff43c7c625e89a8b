/** What answers to which path. Everything is read from the control; nothing here knows how the daemon works. */
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import type { Control, LoggedEvent } from '../../daemon/control.ts';
import { eventLevels } from '../../foundation/events/level.table.ts';
import { createGuard } from './guard.ts';
import { openApi } from './open-api.table.ts';
import { pageScript } from './page/page-script.table.ts';
import { pageStyle } from './page/page-style.table.ts';
import { renderBoard, renderPage } from './page/render-page.ts';

export interface RouteOptions {
  readonly host: string;
  /** Lines NAME:TOKEN; undefined on loopback only. */
  readonly tokenFile: string | undefined;
  readonly control: Control;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly now: () => Date;
  readonly version: string;
  /** Ends the streams. */
  readonly signal: AbortSignal;
}

const heartbeat = 15_000;
/** Changes that come together are shown together. */
const redrawAfter = 100;

export function createRoutes(options: RouteOptions): Hono {
  const { control, metrics } = options;
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      xFrameOptions: 'DENY',
    }),
  );
  app.use(createGuard(options));
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', (context) =>
    control.ready ? context.text('ready\n') : context.text('the first pass is under way\n', 503),
  );
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
  app.get('/', (context) => context.html(renderPage(viewOf(options))));
  app.get('/page.css', (context) => context.body(pageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/page.js', (context) => context.body(pageScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  addApi(app, options);
  app.all('/webhooks/*', (context) =>
    context.json({ error: 'webhooks are not supported yet; the repository is polled' }, 404),
  );
  app.notFound((context) => context.json({ error: `nothing is served at ${context.req.path}` }, 404));
  app.onError((error, context) => context.json({ error: error.message }, 500));
  return app;
}

function addApi(app: Hono, options: RouteOptions): void {
  const { control } = options;
  app.get('/api/v1/openapi.json', (context) => context.json(openApi));
  app.get('/api/v1/releases', (context) => context.json({ ready: control.ready, releases: control.releases() }));
  app.get('/api/v1/releases/:app/:environment', (context) => {
    const { app: name, environment } = context.req.param();
    const view = control.releases().find((release) => release.app === name && release.environment === environment);
    return view ? context.json(view) : context.json({ error: `no release ${name}/${environment}` }, 404);
  });
  app.get('/api/v1/releases/:app/:environment/history', async (context) => {
    const { app: name, environment } = context.req.param();
    const records = await control.history(name, environment);
    return context.json({
      revisions: records.map(({ version, info, chart }) => {
        const metadata = chart['metadata'] as { name?: string; version?: string } | undefined;
        const { status, description, first_deployed: firstDeployed, last_deployed: lastDeployed } = info;
        return {
          version,
          status,
          description,
          firstDeployed,
          lastDeployed,
          chart: `${metadata?.name}-${metadata?.version}`,
        };
      }),
    });
  });
  app.get('/api/v1/repositories', (context) => context.json({ repositories: control.repositories() }));
  app.get('/api/v1/events', (context) =>
    context.json({ events: control.events(Number(context.req.query('after') ?? 0)).map(eventJson) }),
  );
  app.get('/api/v1/stream', (context) =>
    streamSSE(context, async (stream) => {
      const wake = createSignal();
      const unsubscribe = control.subscribe(wake.set);
      stream.onAbort(wake.set);
      options.signal.addEventListener('abort', wake.set, { once: true });
      let last = Number(context.req.header('last-event-id') ?? context.req.query('after') ?? 0);
      try {
        while (!stream.aborted && !options.signal.aborted) {
          for (const entry of control.events(last)) {
            last = entry.number;
            await stream.writeSSE({ id: String(entry.number), event: 'event', data: JSON.stringify(eventJson(entry)) });
          }
          await stream.writeSSE({ event: 'board', data: renderBoard(viewOf(options)) });
          if (!(await wake.wait(heartbeat))) await stream.write(': still here\n\n');
          else await stream.sleep(redrawAfter);
        }
      } finally {
        unsubscribe();
      }
    }),
  );
}

function viewOf({ control, now, version }: RouteOptions) {
  return {
    ready: control.ready,
    releases: control.releases(),
    repositories: control.repositories(),
    events: control.events().slice(-40),
    now: now(),
    version,
  };
}

function eventJson({ number, time, event }: LoggedEvent): Record<string, unknown> {
  const { event: name, ...fields } = event;
  return { number, time: time.toISOString(), level: eventLevels[name], event: name, ...fields };
}

interface Signal {
  set: () => void;
  /** True when it was set, false after so many milliseconds. */
  wait(milliseconds: number): Promise<boolean>;
}

function createSignal(): Signal {
  let raised = false;
  let waiter: ((set: boolean) => void) | undefined;
  return {
    set() {
      raised = true;
      waiter?.(true);
    },
    async wait(milliseconds) {
      if (!raised) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<boolean>((resolve) => {
          waiter = resolve;
          timer = setTimeout(() => resolve(false), milliseconds);
        });
        clearTimeout(timer);
        waiter = undefined;
      }
      const was = raised;
      raised = false;
      return was;
    },
  };
}
