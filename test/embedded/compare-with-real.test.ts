/** The embedded API server beside a real one: the same requests, dry, must be answered alike. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type ApiClient, openClient, startTestApi, type TestApi } from './api-client.ts';
import { accepted, questioned } from './creations.table.ts';

const kubeconfig = process.env['KUBECONFIG_REAL'];

let embedded: TestApi;
let real: ApiClient;
beforeAll(async () => {
  if (kubeconfig === undefined) return;
  embedded = await startTestApi();
  real = await openClient(kubeconfig);
});
afterAll(async () => {
  real?.close();
  await embedded?.[Symbol.asyncDispose]();
});

/** What differs between two clusters by nature. */
const own = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'lastPhaseTransitionTime', 'time']);
const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g;

function alike(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value === 'string')
    return value
      .replace(uid, 'UID')
      .replace(/^10\.96\.\d+\.\d+$/, 'IP')
      .replace(/^kube-api-access-\w+$/, 'TOKEN');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, own.has(key) ? 'OWN' : alike(one)]));
}

async function both(path: string, body: unknown): Promise<[Answer, Answer]> {
  const dry = `${path}${path.includes('?') ? '&' : '?'}dryRun=All&fieldManager=test`;
  return await Promise.all([embedded.send('POST', dry, body), real.send('POST', dry, body)]);
}

describe.skipIf(kubeconfig === undefined)('beside a real control plane (skipped: KUBECONFIG_REAL names none)', () => {
  test.each(accepted)('$name: the same object comes out', async ({ path, body }) => {
    const [ours, theirs] = await both(path, body);
    expect(alike(ours)).toEqual(alike(theirs));
  });

  test.each(questioned)('$name: the same objection', async ({ path, body }) => {
    const [ours, theirs] = await both(path, body);
    expect(alike(ours)).toEqual(alike(theirs));
  });

  test('discovery names the same built-in resources with the same verbs', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    for (const path of ['/api', '/apis']) {
      const resources = async (client: ApiClient): Promise<string[]> => {
        const { body } = await client.send('GET', path, undefined, { accept });
        return body.items.flatMap(
          (group: {
            metadata: { name?: string };
            versions: {
              version: string;
              resources: {
                resource: string;
                verbs: string[];
                scope: string;
                shortNames?: string[];
                subresources?: { subresource: string }[];
              }[];
            }[];
          }) =>
            group.versions.flatMap(({ version, resources }) =>
              resources.map((one) =>
                [
                  group.metadata.name ?? '',
                  version,
                  one.resource,
                  one.scope,
                  one.verbs.join(),
                  one.shortNames?.join() ?? '',
                  one.subresources?.map((sub) => sub.subresource).join() ?? '',
                ].join(' '),
              ),
            ),
        );
      };
      const [ours, theirs] = await Promise.all([resources(embedded), resources(real)]);
      expect(ours.sort()).toEqual(theirs.sort());
    }
  });
});
