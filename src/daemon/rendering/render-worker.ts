/** The thread that renders: it keeps parsed charts by digest, and asks the main thread when a template looks something up. */

import { randomBytes } from 'node:crypto';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import { parseExactJson } from '../../foundation/base/exact-json.ts';
import type { Json } from '../../foundation/manifest/object.ts';
import type { GoMap } from '../../foundation/template/value.ts';
import { reviveValues } from '../../foundation/values/revive-values.ts';
import { fromApi } from '../../foundation/yaml/plain-json.ts';
import type { Chart } from '../../pipeline/chart/chart.ts';
import { pinnedSources } from '../../pipeline/chart/pin-sources.ts';
import { describeReference, resolveChart } from '../../pipeline/chart/resolve-chart.ts';
import { renderChart } from '../../pipeline/render/render-chart.ts';
import { newTemplateCache } from '../../pipeline/render/template-cache.ts';
import type { LookupAnswer, LookupQuestion, RenderReply, RenderRequest } from './render-messages.ts';

const { signal, port } = workerData as { signal: Int32Array<SharedArrayBuffer>; port: MessagePort };
const charts = new LRUCache<string, Chart>({ max: 200 });
const cache = newTemplateCache();

parentPort?.on('message', (request: RenderRequest) => {
  render(request).then(
    (reply) => parentPort?.postMessage(reply),
    (thrown) => {
      const { code, fault, message, place, hint } = asHelmGitopsError(thrown);
      const shown = fault === 'internal' && thrown instanceof Error ? `${message}\n${thrown.stack}` : message;
      parentPort?.postMessage({
        type: 'failed',
        id: request.id,
        error: { code, fault, message: shown, place, hint },
      } satisfies RenderReply);
    },
  );
});

async function render(request: RenderRequest): Promise<RenderReply> {
  const { id, definition, checkout, pins, aliases, chartDigest, compat, capabilities, revision, isInstall } = request;
  const chart =
    charts.get(chartDigest) ??
    (await resolveChart(definition.chart, checkout, { compat, sources: pinnedSources(pins, aliases) }));
  if (chart.digest !== chartDigest) {
    throw new HelmGitopsError(
      'render.moved',
      'transient',
      `${describeReference(definition.chart)} changed while it was read`,
    );
  }
  charts.set(chartDigest, chart);
  const rendered = renderChart({
    chart,
    values: reviveValues(request.values),
    release: {
      name: definition.releaseName,
      namespace: definition.namespace,
      revision,
      isInstall,
      isUpgrade: !isInstall,
    },
    capabilities,
    compat,
    patches: definition.settings.patches,
    lookup: (apiVersion, kind, namespace, name) => ask(id, { apiVersion, kind, namespace, name }),
    sources: { now: () => new Date(), randomBytes },
    cache,
  });
  return { type: 'rendered', id, rendered };
}

/** Blocks this thread until the main thread has asked the cluster: templates are synchronous. */
function ask(id: number, lookup: LookupQuestion): GoMap {
  const before = Atomics.load(signal, 0);
  parentPort?.postMessage({ type: 'lookup', id, lookup } satisfies RenderReply);
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: LookupAnswer } | undefined;
    if (!received) {
      Atomics.wait(signal, 0, before, 1000);
      continue;
    }
    const answer = received.message;
    if ('json' in answer) return fromApi(parseExactJson(answer.json) as Json) as GoMap;
    const { code, fault, message, hint } = answer.error;
    throw new HelmGitopsError(code, fault, message, { hint });
  }
}
