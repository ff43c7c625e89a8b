/**
 * Renders in worker threads: RSA keys, bcrypt and big charts never hold up watching and serving. A worker that runs
 * out of time or memory is ended and replaced; its release fails with an error that says so.
 */

import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { workerUrl } from '../../foundation/base/worker-url.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { secretData } from '../../foundation/secrets/secret-data.ts';
import type { SecretMask } from '../../foundation/secrets/secret-mask.ts';
import type { RenderQuestion, RenderRelease } from '../../pipeline/context.ts';
import type { DefinitionsOf } from '../../pipeline/nested-definitions.ts';
import { offlineCapabilities } from '../../pipeline/render/offline-capabilities.table.ts';
import type { RenderedRelease } from '../../pipeline/render/rendered-release.ts';
import { mayHoldDefinitions, takeDefinitions } from '../../pipeline/render/take-definitions.ts';
import type { LookupAnswer, LookupQuestion, PlainError, RenderReply, RenderRequest } from './render-messages.ts';

export interface RenderPoolOptions {
  readonly compat: 'helm3' | 'helm4';
  /** Overrides the cluster's own version. */
  readonly kubeVersion?: string | undefined;
  readonly workers?: number;
  /** Told what the Secrets hold that templates look up. */
  readonly mask?: Pick<SecretMask, 'add'> | undefined;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface RenderPool extends AsyncDisposable {
  /** Without the definitions that it renders. */
  readonly render: RenderRelease;
  /** These, as without a cluster: they have to be known before one is asked. */
  readonly definitionsOf: DefinitionsOf;
}

interface Task {
  readonly question: RenderQuestion;
  readonly resolve: (rendered: RenderedRelease) => void;
  readonly reject: (error: unknown) => void;
}

export function createRenderPool(options: RenderPoolOptions): RenderPool {
  const size = options.workers ?? Math.max(1, availableParallelism() - 1);
  const waiting: Task[] = [];
  const idle: RenderThread[] = [];
  const threads = new Set<RenderThread>();
  let disposed = false;
  const next = async (thread: RenderThread): Promise<void> => {
    const task = waiting.shift();
    if (!task) {
      idle.push(thread);
      return;
    }
    try {
      task.resolve(await thread.run(task.question));
    } catch (error) {
      task.reject(error);
    }
    if (thread.ended) threads.delete(thread);
    else await next(thread);
    if (thread.ended) wake();
  };
  const wake = () => {
    if (disposed) {
      for (const { reject } of waiting.splice(0)) reject(stopped());
      return;
    }
    let free = idle.pop();
    while (free?.ended) {
      threads.delete(free);
      free = idle.pop();
    }
    if (free) void next(free);
    else if (threads.size < size && waiting.length > 0) {
      const thread = startThread(options);
      threads.add(thread);
      void next(thread);
    }
  };
  const render: RenderRelease = (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      wake();
    });
  return {
    async render(question) {
      const rendered = await render(question);
      if (!mayHoldDefinitions(question.prepared.chart)) return rendered;
      return { ...rendered, manifest: takeDefinitions(rendered.manifest).manifest };
    },
    async definitionsOf(prepared) {
      const { signal } = new AbortController();
      const question = { prepared, client: offlineClient, revision: 1, isInstall: true, signal };
      return takeDefinitions((await render(question)).manifest).taken;
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      wake();
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

/** Lookups find nothing, and the API is what Helm has built in. */
const offlineClient = {
  discovery: async () => offlineCapabilities,
  get: async () => undefined,
  list: async () => ({ items: [], resourceVersion: '' }),
} as unknown as ClusterClient;

interface RenderThread {
  readonly ended: boolean;
  run(question: RenderQuestion): Promise<RenderedRelease>;
  end(): Promise<unknown>;
}

const memoryLimit = 512;
/** A render leaves much behind at once; kept small, it is collected instead of grown. */
const youngLimit = 16;
/** Helm lets includes nest a thousand deep: so much stack that its own error comes first. */
const stackSize = 16;

function startThread({ compat, kubeVersion, mask, timeout = 60_000 }: RenderPoolOptions): RenderThread {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(workerUrl(import.meta.url, 'render-worker'), {
    workerData: { signal, port: port2 },
    transferList: [port2],
    resourceLimits: {
      maxOldGenerationSizeMb: memoryLimit,
      maxYoungGenerationSizeMb: youngLimit,
      stackSizeMb: stackSize,
    },
  });
  let ended = false;
  let number = 0;
  worker.unref();
  // An `error` comes before `exit`: nothing new may be given to a thread that is going.
  const markEnded = () => {
    ended = true;
  };
  worker.once('error', markEnded).once('exit', markEnded);
  const end = () => {
    markEnded();
    return worker.terminate();
  };
  const run = async (question: RenderQuestion): Promise<RenderedRelease> => {
    const discovery = await question.client.discovery({ signal: question.signal });
    const { checkout, chart, pins, aliases, values } = question.prepared;
    // What is a function goes into no other thread.
    const { overrides: _overrides, ...definition } = question.prepared.definition;
    number += 1;
    const request: RenderRequest = {
      type: 'render',
      id: number,
      definition,
      checkout,
      pins,
      aliases,
      chartDigest: chart.digest,
      values,
      revision: question.revision,
      isInstall: question.isInstall,
      capabilities: { kubeVersion: kubeVersion ?? discovery.kubeVersion, apiVersions: discovery.apiVersions },
      compat,
    };
    const name = `${definition.app}/${definition.environment}`;
    const { client } = question;
    return await conversation({ worker, port: port1, signal, request, client, mask, timeout, name, end });
  };
  return {
    get ended() {
      return ended;
    },
    run,
    end,
  };
}

interface Conversation {
  worker: Worker;
  port: MessagePort;
  signal: Int32Array<SharedArrayBuffer>;
  request: RenderRequest;
  client: ClusterClient;
  mask: RenderPoolOptions['mask'];
  timeout: number;
  name: string;
  end: () => Promise<unknown>;
}

function conversation({
  worker,
  port,
  signal,
  request,
  client,
  mask,
  timeout,
  name,
  end,
}: Conversation): Promise<RenderedRelease> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const timer = setTimeout(() => {
      finish(() => reject(limit(`rendering ${name} took longer than ${timeout / 1000} s`)));
      void end();
    }, timeout);
    const onError = (error: unknown) =>
      finish(() =>
        reject(limit(`rendering ${name} ended its thread: ${error instanceof Error ? error.message : String(error)}`)),
      );
    const onExit = () => finish(() => reject(limit(`rendering ${name} ended its thread`)));
    const onMessage = (reply: RenderReply) => {
      if (reply.id !== request.id) return;
      if (reply.type === 'rendered') finish(() => resolve(reply.rendered));
      else if (reply.type === 'failed') finish(() => reject(revive(reply.error)));
      else
        void answerLookup({ client, mask }, reply.lookup).then((answer) => {
          port.postMessage(answer);
          Atomics.add(signal, 0, 1);
          Atomics.notify(signal, 0);
        });
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}

function stopped(): HelmGitopsError {
  return new HelmGitopsError('render.stopped', 'transient', 'rendering ended because the process stops');
}

function limit(message: string): HelmGitopsError {
  return new HelmGitopsError('render.limit', 'user', message, {
    hint: 'look for an endless loop or a very large loop in its templates',
  });
}

function revive({ code, fault, message, place, hint }: PlainError): HelmGitopsError {
  return new HelmGitopsError(code, fault, message, { place, hint });
}

/** What a release's own record holds is known where it is read, and as a text of a million characters it is nothing to look for. */
const isNoRecord = ({ type }: KubernetesObject) => type !== 'helm.sh/release.v1';

async function answerLookup(
  { client, mask }: Pick<Conversation, 'client' | 'mask'>,
  { apiVersion, kind, namespace, name }: LookupQuestion,
): Promise<LookupAnswer> {
  try {
    if (name !== '') {
      const object = await client.get({ apiVersion, kind, namespace, name });
      if (object) mask?.add(secretData([object].filter(isNoRecord)));
      return { json: writeExactJson(object ?? {}) };
    }
    const { items, resourceVersion } = await client.list({
      apiVersion,
      kind,
      ...(namespace === '' ? {} : { namespace }),
    });
    mask?.add(secretData(items.filter(isNoRecord).map((item) => ({ ...item, kind }))));
    return { json: writeExactJson({ apiVersion, kind: `${kind}List`, metadata: { resourceVersion }, items }) };
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    if (error.code === 'cluster.not-found' || error.code === 'cluster.unknown-kind') return { json: '{}' };
    return {
      error: { code: error.code, fault: error.fault, message: error.message, place: error.place, hint: error.hint },
    };
  }
}
