/**
 * Runs the embedded cluster in the present thread: storage, API over HTTPS on loopback, controllers. Everybody, tests
 * included, reaches it through its kubeconfig alone.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createTokenIssuer } from '../access/account-token.ts';
import type { ApiContext } from '../api/api-context.ts';
import { createControllerStore } from '../api/controller-store.ts';
import { startDefinitionEstablisher } from '../custom/establish-definitions.ts';
import { createAccess } from '../http/authenticate.ts';
import { handleRequest } from '../http/handle-request.ts';
import { createLister } from '../http/list-objects.ts';
import type { ServerContext } from '../http/server-context.ts';
import { createResourceRegistry } from '../resources/resource-registry.ts';
import { type Journal, openJournal } from '../storage/journal.ts';
import { createObjectStore, type ObjectStore } from '../storage/object-store.ts';
import type { Clock, Controller, ControllerContext, Pace, StartController } from '../store.ts';
import { startRoleAggregator } from '../system/aggregate-roles.ts';
import { startGarbageCollector } from '../system/collect-garbage.ts';
import { startQuotaCounter } from '../system/count-quotas.ts';
import { startNamespaceEmptier } from '../system/empty-namespaces.ts';
import { startNamespaceFiller } from '../system/fill-namespaces.ts';
import { startTokenFiller } from '../system/fill-token-secrets.ts';
import { startClaimProtection } from '../system/protect-claims.ts';
import { ensureSystemObjects } from '../system/system-namespaces.ts';
import { startApiServiceStatus } from '../system/tell-api-services.ts';
import { type Credentials, loadCredentials, writePrivate } from './credentials.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { createTaskSchedule } from './task-schedule.ts';

export interface ClusterOptions {
  /** Where contents are kept; without it they are in memory only. */
  readonly data?: string;
  /** 0: any. */
  readonly port: number;
  readonly kubeconfigPath: string;
  readonly pace?: Partial<Pace>;
}

export interface RunOptions extends ClusterOptions {
  readonly controllers: readonly StartController[];
  readonly clock?: Clock;
  /** Of controllers; what it is told is a bug. */
  readonly onError?: (error: unknown) => void;
}

export interface RunningCluster extends AsyncDisposable {
  readonly url: string;
  readonly kubeconfig: string;
}

/** Milliseconds. A crash loop shows itself within seconds here, where a kubelet takes minutes. */
const defaultPace: Pace = { podStart: 300, jobRun: 300, crashBackoff: 1_000 };
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

export async function runCluster(options: RunOptions): Promise<RunningCluster> {
  const clock = options.clock ?? { now: () => Date.now() };
  const credentials = loadCredentials(options.data, clock.now());
  const journal = options.data === undefined ? undefined : openJournal(options.data);
  const objects = openObjects(journal);
  const registry = createResourceRegistry();
  const randomSuffix = (length: number): string =>
    Array.from({ length }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join('');
  const api: ApiContext = { objects, registry, clock, newUid: randomUUID, randomSuffix };
  const tasks = createTaskSchedule(options.onError ?? (() => undefined));
  const context: ControllerContext = {
    store: createControllerStore(api, tasks.guard),
    clock,
    schedule: tasks.schedule,
    randomSuffix,
    pace: { ...defaultPace, ...options.pace },
  };
  const controllers = startControllers(api, context, { credentials, more: options.controllers });
  objects.forgetPast();
  const server = await listen(api, credentials, options.port);
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writePrivate(options.kubeconfigPath, kubeconfigText(url, credentials));
  return {
    url,
    kubeconfig: options.kubeconfigPath,
    async [Symbol.asyncDispose]() {
      tasks.stop();
      for (const controller of controllers) controller.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      journal?.close();
    },
  };
}

function openObjects(journal: Journal | undefined): ObjectStore {
  if (journal === undefined) return createObjectStore();
  const objects = createObjectStore({ revision: journal.revision, objects: journal.objects, record: journal.record });
  objects.subscribe(() => journal.compact(objects.revision, objects.entries));
  return objects;
}

function startControllers(
  api: ApiContext,
  context: ControllerContext,
  parts: { credentials: Credentials; more: readonly StartController[] },
): Controller[] {
  const { objects, registry } = api;
  const definitions = startDefinitionEstablisher(context, registry);
  ensureSystemObjects(context);
  return [
    definitions,
    startNamespaceFiller(context, parts.credentials.authority),
    startNamespaceEmptier(context, { registry, objects }),
    startGarbageCollector(context, objects),
    startClaimProtection(context),
    startQuotaCounter(context, objects),
    startRoleAggregator(context),
    startTokenFiller(context, {
      tokens: createTokenIssuer(parts.credentials.token, api),
      authority: parts.credentials.authority,
    }),
    startApiServiceStatus(context),
    ...parts.more.map((start) => start(context)),
  ];
}

async function listen(api: ApiContext, credentials: Credentials, port: number): Promise<Server> {
  const context: ServerContext = {
    api,
    ...createAccess(credentials.token, api),
    list: createLister(),
    address: () => `127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const server = createServer(
    {
      cert: credentials.certificate,
      key: credentials.key,
      keepAliveTimeout: 120_000,
      requestTimeout: 0,
      noDelay: true,
    },
    (request, response) => {
      void handleRequest(context, request, response);
    },
  );
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
