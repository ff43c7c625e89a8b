/** One release's manifest applied to a cluster as a deploy does it, other hands on its objects, and what a check then tells. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import type { ReleaseRecord } from '../../src/foundation/history/release-record.ts';
import type { JsonObject, KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { parseManifest } from '../../src/foundation/manifest/parse-manifest.ts';
import { foldStringData } from '../../src/pipeline/apply/fold-string-data.ts';
import { checkDrift, type DriftInput } from '../../src/pipeline/check-drift.ts';
import type { Drift } from '../../src/pipeline/plan/drift.ts';
import { withOwnership } from '../../src/pipeline/plan/ownership.ts';
import { placeRecorded } from '../../src/pipeline/plan/place-objects.ts';
import { makeCertificate } from '../support/make-certificate.ts';

/** One thing that another hand does. */
export interface Hand {
  /** `Deployment/d` */
  readonly to: string;
  /** The field manager. */
  readonly as?: string;
  readonly merge?: object;
  readonly strategic?: object;
  readonly json?: readonly object[];
  /** Server-side apply of these fields. */
  readonly apply?: object;
  /** Through a subresource. */
  readonly scale?: number;
  readonly status?: object;
  readonly remove?: true;
  /** Deleted, and made again as it was, or with another content. */
  readonly restore?: true;
  readonly replace?: object;
}

export interface DriftScene {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly record: ReleaseRecord;
  check(parts?: Partial<DriftInput>): Promise<Drift[]>;
  act(hand: Hand): Promise<void>;
}

export interface SceneOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly manifest: string;
  /** Files of the chart's crds/ folder. */
  readonly crds?: string;
  /** As Helm 3 writes it: created, not applied. */
  readonly clientSide?: boolean;
}

export async function openDriftScene({
  client,
  namespace,
  manifest,
  crds,
  clientSide,
}: SceneOptions): Promise<DriftScene> {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };
  const files = crds === undefined ? [] : [{ name: 'crds/all.yaml', data: Buffer.from(crds).toString('base64') }];
  const chart = { files } as unknown as JsonObject;
  const record = { name: 'shop', namespace, version: 1, info, chart, config: {}, manifest, hooks: [] };
  const objects = await placed(client, { manifest, namespace });
  for (const object of objects) {
    const owned = withOwnership(object, record);
    if (clientSide) await client.create(foldStringData(owned), { fieldManager: 'helm' });
    else await client.apply(foldStringData(owned), { fieldManager: 'helm', force: true });
  }
  await settled(client, objects);
  const signal = new AbortController().signal;
  return {
    client,
    namespace,
    record,
    check: (parts = {}) => checkDrift({ client, record, ignore: [], crds: true, signal, ...parts }),
    act: (hand) => act(client, { objects: [...objects, ...parseManifest(crds ?? '')], namespace }, hand),
  };
}

/** Kinds that were defined a moment ago are waited for. */
async function placed(
  client: ClusterClient,
  { manifest, namespace }: Pick<SceneOptions, 'manifest' | 'namespace'>,
): Promise<KubernetesObject[]> {
  const stated = parseManifest(manifest);
  for (let turn = 0; ; turn += 1) {
    const discovery = await client.discovery({ refresh: turn > 0 });
    const objects = placeRecorded({ objects: stated, namespace, discovery });
    if (objects.length === stated.length || turn === 200) return objects;
    await delay(50);
  }
}

/** Until the controllers have written what they write to what was just made. */
async function settled(client: ClusterClient, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects.filter(({ kind }) => kind === 'Deployment')) {
    for (let turn = 0; turn < 200; turn += 1) {
      const live = await client.get(referenceOf(object));
      const { observedGeneration = 0 } = (live?.['status'] ?? {}) as { observedGeneration?: number };
      const isNumbered = live?.metadata.annotations?.['deployment.kubernetes.io/revision'] !== undefined;
      if (isNumbered && observedGeneration >= (live?.metadata.generation ?? 1)) break;
      await delay(20);
    }
  }
}

export function referenceOf({ apiVersion, kind, metadata: { namespace, name = '' } }: KubernetesObject) {
  return { apiVersion, kind, name, ...(namespace ? { namespace } : {}) };
}

interface Made {
  readonly objects: readonly KubernetesObject[];
  readonly namespace: string;
}

async function act(client: ClusterClient, { objects }: Made, hand: Hand): Promise<void> {
  const object = objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === hand.to);
  if (!object) throw new Error(`the manifest has no ${hand.to}`);
  const reference = referenceOf(object);
  const { apiVersion, kind } = object;
  const write = { fieldManager: hand.as ?? 'kubectl-edit' };
  const { name, namespace } = object.metadata;
  const own = { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } } as KubernetesObject;
  if (hand.merge) await client.patch(reference, { type: 'merge', body: hand.merge }, write);
  if (hand.strategic) await client.patch(reference, { type: 'strategic', body: hand.strategic }, write);
  if (hand.json) await client.patch(reference, { type: 'json', body: [...hand.json] }, write);
  if (hand.apply) await client.apply({ ...own, ...hand.apply }, { ...write, force: true });
  if (hand.scale !== undefined)
    await client.patch(
      reference,
      { type: 'merge', body: { spec: { replicas: hand.scale } } },
      { ...write, subresource: 'scale' },
    );
  if (hand.status)
    await client.patch(
      reference,
      { type: 'merge', body: { status: hand.status } },
      { ...write, subresource: 'status' },
    );
  if (hand.restore || hand.replace) {
    const { status: _status, metadata, ...rest } = (await client.get(reference)) as KubernetesObject;
    const { name, namespace, labels, annotations } = metadata;
    await remove(client, reference);
    const again = { ...rest, metadata: { name, namespace, labels, annotations } } as KubernetesObject;
    await client.create(hand.replace ? { ...own, ...hand.replace } : again, write);
    await settled(client, [object]);
  }
  if (hand.remove) await remove(client, reference);
}

async function remove(client: ClusterClient, reference: ReturnType<typeof referenceOf>): Promise<void> {
  await client.delete(reference, { propagation: 'Background' });
  for (let turn = 0; turn < 500 && (await client.get(reference)); turn += 1) await delay(10);
}

/** `changed workload ConfigMap/x by kubectl-edit: /data/a`, sorted. */
export function spell(drifts: readonly Drift[]): string[] {
  return drifts
    .map(({ kind, severity, key, manager, fields, approximate }) => {
      const pointers = fields.map(({ pointer }) => pointer).sort();
      const where = pointers.length === 0 ? '' : `: ${pointers.join(' ')}`;
      return `${approximate ? 'approximate ' : ''}${kind} ${severity} ${key.kind}/${key.name} by ${manager}${where}`;
    })
    .sort();
}

export interface Webhook extends AsyncDisposable {
  configuration(namespace: string, what: 'sidecar' | 'image'): KubernetesObject;
}

/** Answers a real API server: adds a container, or puts a mirror before each image. */
export async function startWebhook(): Promise<Webhook> {
  const { ca, cert, key } = makeCertificate();
  const server = createServer({ cert, key }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { request: review } = JSON.parse(Buffer.concat(pieces).toString());
      const containers = review.object?.spec?.template?.spec?.containers ?? [];
      const place = '/spec/template/spec/containers';
      const has = containers.some((one: { name: string }) => one.name === 'proxy');
      const patch =
        request.url === '/sidecar'
          ? has
            ? []
            : [{ op: 'add', path: `${place}/-`, value: { name: 'proxy', image: 'proxy:1' } }]
          : containers.map(({ image }: { image: string }, index: number) => ({
              op: 'replace',
              path: `${place}/${index}/image`,
              value: image.startsWith('mirror/') ? image : `mirror/${image}`,
            }));
      const answer = { uid: review.uid, allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(patch)) };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    configuration: (namespace, what) =>
      webhookConfiguration(namespace, { url: `https://127.0.0.1:${port}/${what}`, caBundle: btoa(ca) }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** For what lies in the namespace only. */
export function webhookConfiguration(namespace: string, clientConfig: object): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'drift.example.com',
        clientConfig,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
        reinvocationPolicy: 'IfNeeded',
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [
          {
            apiGroups: ['*'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['deployments', 'configmaps'],
          },
        ],
      },
    ],
  };
}
