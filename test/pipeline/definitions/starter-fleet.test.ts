import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/json-schema.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { definitionSchemas } from '../../../src/pipeline/definitions/json-schemas.ts';
import { readDefinitions } from '../../../src/pipeline/definitions/read-definitions.ts';
import { definitionId } from '../../../src/pipeline/definitions/release-definition.ts';
import { type FleetShape, starterFleet } from '../../../src/pipeline/definitions/starter-fleet.ts';
import { createTextRenderer } from '../../../src/pipeline/render/text-renderer.ts';
import { openCheckoutFiles } from '../../../src/pipeline/source/checkout-files.ts';
import { fetchRevision } from '../../../src/pipeline/source/fetch-revision.ts';
import { gitEnvironment, temporaryFolder, writeFiles } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe.each<[FleetShape, [id: string, namespace: string, cluster: string][]]>([
  ['single', [['hello/default', 'hello', 'local']]],
  [
    'namespaces',
    [
      ['hello/dev', 'hello-dev', 'local'],
      ['hello/prod', 'hello-prod', 'local'],
    ],
  ],
  [
    'clusters',
    [
      ['hello/dev', 'hello', 'dev'],
      ['hello/prod', 'hello', 'prod'],
    ],
  ],
])('a new fleet of shape %s', (shape, releases) => {
  const files = starterFleet(shape, { ...definitionSchemas(), config: configSchema() });

  test('is valid as it is: configuration, definitions and every file they name', async () => {
    writeFiles(folder.path, Object.fromEntries(files));
    const config = await loadConfig({ file: join(folder.path, 'helm-gitops.config.yaml'), sets: [], environment: {} });
    const fetched = await fetchRevision({
      repository: config.repositories[0]!,
      cacheFolder: join(folder.path, '.helm-gitops'),
      environment: gitEnvironment,
    });
    if (fetched === 'unchanged') return expect.unreachable();
    const read = await readDefinitions({
      checkout: fetched.checkout,
      files: await openCheckoutFiles(fetched.checkout.root),
      defaults: config.defaults,
      clusters: config.clusters.map(({ name }) => name),
      renderText: createTextRenderer(),
    });
    expect(read.problems).toEqual([]);
    const found = read.definitions.map((one) => [definitionId(one), one.namespace, one.cluster]);
    expect(found).toEqual(releases);
    const named = read.definitions.flatMap(({ values }) =>
      values.flatMap((source) => (source.type === 'file' ? source.path : [])),
    );
    expect([...new Set(named)].filter((path) => !files.has(path))).toEqual([]);
  });

  test('tells an editor where the schemas lie', () => {
    expect(files.get('apps/hello.yaml')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.schema\/definition\.json\n/,
    );
    expect(files.get('helm-gitops.config.yaml')).toMatch(/^# yaml-language-server: \$schema=\.schema\/config\.json\n/);
    expect(files.has('.schema/definition.json')).toBe(true);
  });
});
