import { afterAll, describe, expect, test } from 'vitest';
import { openHttpClient } from '../../src/foundation/http/open-http-client.ts';
import { openRegistry } from '../../src/foundation/oci/open-registry.ts';
import { pushChart } from '../../src/foundation/oci/push-chart.ts';
import { parseReference } from '../../src/foundation/oci/reference.ts';
import { type FleetSourcesOptions, openFleetSources } from '../../src/pipeline/open-fleet-sources.ts';
import { indexOf, packNamed, startRepository } from '../support/chart-repository.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import { startRegistry } from '../support/start-registry.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const registryBin = process.env['REGISTRY_BIN'];

const open = async (options: Pick<FleetSourcesOptions, 'mirrors' | 'credentials'>) =>
  await openFleetSources({
    ...options,
    cacheFolder: folder.path,
    environment: { HOME: folder.path },
    now: () => new Date(),
    maxAge: 0,
  });

const nothing = {
  tokenFile: undefined,
  usernameEnv: undefined,
  passwordEnv: undefined,
  sshKeyFile: undefined,
  knownHostsFile: undefined,
  caFile: undefined,
};

describe('the sources of a fleet', () => {
  test('ask the mirrors of a chart repository', async () => {
    await using mirror = await startRepository();
    mirror.files.set('/charts/index.yaml', indexOf({ shop: [{ version: '1.0.0' }] }));
    mirror.files.set('/charts/shop-1.0.0.tgz', await packNamed('shop', '1.0.0'));
    const mirrors = [{ url: 'https://charts.example.invalid', to: [`${mirror.url}/charts`] }];
    await using sources = await open({ mirrors, credentials: [] });
    const repository = 'https://charts.example.invalid/';
    const fetched = await sources.fetch({ type: 'repository', repository, name: 'shop', version: '^1' });
    expect(fetched.version).toBe('1.0.0');
  });

  test.skipIf(!registryBin)('ask the mirrors of a registry (needs REGISTRY_BIN)', async () => {
    await using server = await startRegistry(registryBin ?? '');
    await using http = openHttpClient({ environment: {} });
    await pushChart(openRegistry({ http, findCredential: async () => ({ plainHttp: true }) }), {
      reference: parseReference(`oci://${server.host}/cache/team`),
      archive: await packNamed('cart', '2.1.0'),
      metadata: '{"name":"cart","version":"2.1.0"}',
      created: new Date(0),
    });
    await using sources = await open({
      mirrors: [{ url: 'oci://registry.example.invalid', to: [`oci://${server.host}/cache`] }],
      credentials: [{ ...nothing, url: `oci://${server.host}/cache`, plainHttp: true }],
    });
    const reference = 'oci://registry.example.invalid/team/cart';
    const fetched = await sources.fetch({ type: 'oci', reference, version: '~2.1' });
    expect(fetched).toMatchObject({ version: '2.1.0', from: 'oci://registry.example.invalid/team/cart:2.1.0' });
  });
});
