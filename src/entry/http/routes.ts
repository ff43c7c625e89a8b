/** What answers to which path. Everything is read from the control; nothing here knows how the daemon works. */
import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Control, Decide } from '../../daemon/control.ts';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { addApi } from './add-api.ts';
import { addDecisions } from './add-decisions.ts';
import { addStream } from './add-stream.ts';
import { addWebhooks, type Webhooks } from './add-webhooks.ts';
import { createGuard, isAdmitted } from './guard.ts';
import { pageScript } from './page/page-script.table.ts';
import { pageStyle } from './page/page-style.table.ts';
import { renderBoard } from './page/render-board.ts';
import { renderPage } from './page/render-page.ts';
import { signInStyleDigest } from './page/render-sign-in.ts';
import { addSession } from './session.ts';
import { createTokens } from './tokens.ts';

export interface RouteOptions {
  readonly host: string;
  /** Lines NAME:TOKEN; undefined on loopback only. */
  readonly tokenFile: string | undefined;
  readonly control: Control;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly webhooks: Webhooks;
  readonly decide: Decide;
  readonly now: () => Date;
  readonly version: string;
  /** Ends the streams. */
  readonly signal: AbortSignal;
  /** Told of what went wrong here; readers are told only that something did. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export function createRoutes(options: RouteOptions): Hono {
  const { control, metrics, tokenFile, now, signal, onError = () => undefined } = options;
  const tokens = tokenFile === undefined ? undefined : createTokens(tokenFile);
  const app = new Hono();
  app.use(headers());
  app.use(createGuard({ host: options.host, tokens }));
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
  addSession(app, tokens);
  addApi(app, control);
  addDecisions(app, options.decide);
  const admitted = (context: Context) => isAdmitted(context, tokens);
  addStream(app, { control, now, onError, signal, isAdmitted: admitted, board: () => renderBoard(viewOf(options)) });
  addWebhooks(app, options.webhooks, (error) => void onError(error));
  app.notFound((context) => context.json({ error: `nothing is served at ${context.req.path}` }, 404));
  app.onError((error, context) => {
    onError(error);
    return answerError(error, context);
  });
  return app;
}

function headers() {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", signInStyleDigest],
      scriptSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // With no-referrer a browser would send `Origin: null` with the sign-in form.
    referrerPolicy: 'same-origin',
    // Whether a name is to be reached by TLS alone is for the proxy to say.
    strictTransportSecurity: false,
  });
}

/** Our own errors hold no secrets and no foreign text; of any other only the log may tell. */
function answerError(error: Error, context: Context): Response {
  if (!(error instanceof HelmGitopsError) || error.fault === 'internal')
    return context.json({ error: 'an internal error' }, 500);
  const { code, message, hint, fault } = error;
  return context.json({ error: message, code, ...(hint === undefined ? {} : { hint }) }, fault === 'user' ? 500 : 503);
}

function viewOf({ control, now, version }: RouteOptions) {
  return {
    ready: control.ready,
    releases: control.releases(),
    repositories: control.repositories(),
    clusters: control.clusters(),
    events: control.events(),
    now: now(),
    version,
  };
}
