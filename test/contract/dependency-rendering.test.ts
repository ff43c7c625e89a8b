/**
 * A chart whose dependencies lie elsewhere, rendered in process without a charts/ folder, beside the real Helm, which has
 * to fetch them into one first. Needs HELM_BIN or HELM3_BIN.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openContentStore } from '../../src/foundation/content-store/open-content-store.ts';
import { openHttpClient } from '../../src/foundation/http/open-http-client.ts';
import { openRegistry } from '../../src/foundation/oci/open-registry.ts';
import { loadChart } from '../../src/pipeline/chart/load-chart.ts';
import { openChartSources } from '../../src/pipeline/chart/open-chart-sources.ts';
import { pinnedSources, pinningSources } from '../../src/pipeline/chart/pin-sources.ts';
import { resolveDependencies } from '../../src/pipeline/chart/resolve-dependencies.ts';
import { renderHere } from '../support/render-here.ts';
import { renderWithHelm } from '../support/render-with-helm.ts';
import { theirSide } from './beside-helm.ts';
import { type ChartRepository, type Files, startRepository, writeFiles } from './dependency-servers.ts';

const programs = [
  ['helm4', process.env['HELM_BIN']],
  ['helm3', process.env['HELM3_BIN']],
] as const;

const chart = (name: string, version: string, values: string): Files => ({
  'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
  'values.yaml': values,
  'templates/all.yaml': `kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-{{ .Chart.Name }}-${version}}\ndata: {{ toJson .Values }}\n`,
});
const served: readonly Files[] = [
  chart('db', '1.2.0', 'port: 5432\nexports: {shared: {from: db}}\n'),
  chart('db', '2.0.0', 'port: 5433\n'),
  chart('cache', '0.9.0', 'size: 1\nnested: {deep: true}\n'),
];
const low = chart('low', '1.0.0', 'low: 1\n');

const shop = (url: string): Files => ({
  'shop/Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- {name: db, version: ^1, repository: "${url}", alias: first, import-values: [shared]}
- {name: db, version: ~1.2, repository: "${url}", alias: second, condition: second.enabled}
- {name: db, version: 2.x, repository: "${url}", alias: third, tags: [extra]}
- {name: cache, version: ">=0", repository: "${url}", import-values: [{child: nested, parent: here}]}
- {name: low, version: "*", repository: "file://../low"}
`,
  'shop/values.yaml': 'global: {region: eu}\nfirst: {port: 1}\nlow: {low: 2}\n',
  'shop/templates/own.yaml': 'kind: ConfigMap\nmetadata: {name: own}\ndata: {{ toJson .Values }}\n',
  ...Object.fromEntries(Object.entries(low).map(([name, text]) => [`low/${name}`, text])),
});

describe.each(programs)('beside %s', (compat, helm = '') => {
  let repository: ChartRepository;
  beforeAll(async () => {
    if (helm !== '') repository = await startRepository({ helm, charts: served });
  });
  afterAll(() => repository?.[Symbol.asyncDispose]());

  test
    .skipIf(helm === '')
    .each([
      [[]],
      [['second.enabled=false']],
      [['tags.extra=false', 'cache.nested.deep=false']],
      [['second.enabled=true', 'second.port=null', 'global.region=us']],
    ])('(needs the real program) with %j it comes out the same', async (set) => {
    using theirs = theirSide(helm, { files: shop(repository.url) });
    expect(await theirs.run('dependency', 'update', 'shop')).toMatchObject({ code: 0 });
    const wanted = renderWithHelm(helm, join(theirs.folder, 'shop'), { set });
    const root = mkdtempSync(join(tmpdir(), 'rendering-'));
    try {
      writeFiles(root, shop(repository.url));
      const folder = join(root, 'shop');
      await using http = openHttpClient({ environment: {} });
      const findCredential = () => Promise.resolve(undefined);
      const pinning = pinningSources(
        openChartSources({
          http,
          findCredential,
          registry: openRegistry({ http, findCredential }),
          store: await openContentStore({ folder: join(root, 'cache'), limit: 1e8 }),
          gitCacheFolder: join(root, 'git'),
          environment: {},
          now: Date.now,
        }),
      );
      const where = { folder, shown: 'shop', root, compat } as const;
      const resolved = await resolveDependencies(await loadChart(folder, { compat }), {
        ...where,
        sources: pinning.sources,
      });
      const replayed = await resolveDependencies(await loadChart(folder, { compat }), {
        ...where,
        sources: pinnedSources(structuredClone(pinning.pins)),
      });
      expect(replayed.digest).toBe(resolved.digest);
      // renderHere checks charts/ of what lies on disk: Helm's copy.
      const got = await renderHere(join(theirs.folder, 'shop'), { compat, set, input: { chart: resolved } });
      expect(wanted).toContain('kind: ConfigMap');
      expect(got).toBe(wanted);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
