/** Any graph of charts that need charts comes to an end: all that is named is there and fits, or one error says why not. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HelmGitopsError } from '../../../../src/foundation/base/errors.ts';
import { parseConstraint, parseVersion, satisfies } from '../../../../src/foundation/base/semver-constraint.ts';
import type { Chart } from '../../../../src/pipeline/chart/chart.ts';
import { loadChart } from '../../../../src/pipeline/chart/load-chart.ts';
import { pinnedSources, pinningSources } from '../../../../src/pipeline/chart/pin-sources.ts';
import { resolveDependencies } from '../../../../src/pipeline/chart/resolve-dependencies.ts';
import { chartYaml, makeChart } from '../../../support/make-chart.ts';
import { fakeSources } from './fake-sources.ts';

const repository = 'https://charts.example.com';
const names = ['a', 'b', 'c', 'd', 'e'];
const version = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)).map((parts) => parts.join('.'));
const range = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('*', '>=0', '>=0.0.1 || 0.0.0', '') },
  { weight: 2, arbitrary: fc.constantFrom('^1', '~1.1', '>1 || <1', '1.x - 2.x', '^9', 'nonsense') },
  version,
);
const dependency = fc.record({
  name: fc.constantFrom(...names),
  version: range,
  repository: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(repository, '@corp', '') },
    fc.constantFrom(`${repository}/`, 'oci://registry.example.com/x', 'stable'),
  ),
});
const dependencies = fc.uniqueArray(dependency, { selector: ({ name }) => name, maxLength: 3 });
const chart = fc.record({
  name: fc.constantFrom(...names),
  version,
  dependencies: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, dependencies),
});

const known = new Set(['chart.dependency-invalid', 'chart.no-repository', 'chart.no-version', 'chart.invalid']);

/** What is named without a repository may be missing: Helm too leaves that to whoever renders. */
function check({ metadata, dependencies: children }: Chart): void {
  for (const { name, version: wanted = '', repository: from = '' } of metadata.dependencies ?? []) {
    if (from === '') continue;
    const found = children.filter((child) => child.metadata.name === name);
    const fitting = found.filter(
      (child) => wanted === '' || satisfies(parseConstraint(wanted), parseVersion(child.metadata.version)),
    );
    expect(fitting).toHaveLength(1);
  }
  children.forEach(check);
}

test('any graph of charts', async () => {
  let resolvedAtAll = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(chart, { minLength: 4, maxLength: 12 }), dependencies, async (charts, wanted) => {
      using sources = await fakeSources(
        Object.fromEntries(
          charts.map((one) => [
            `${repository} ${one.name} ${one.version}`,
            { yaml: `dependencies: ${JSON.stringify(one.dependencies)}\n` },
          ]),
        ),
      );
      const repositories = new Map([['corp', repository]]);
      using shop = makeChart({ 'Chart.yaml': chartYaml('shop', `dependencies: ${JSON.stringify(wanted)}\n`) });
      const pinning = pinningSources(sources);
      const options = { folder: shop.path, shown: 'shop', root: shop.path, compat: 'helm4', repositories } as const;
      const loaded = await loadChart(shop.path);
      try {
        const resolved = await resolveDependencies(loaded, { ...options, sources: pinning.sources });
        check(resolved);
        if (resolved.dependencies.length > 0) resolvedAtAll += 1;
        const again = await resolveDependencies(loaded, { ...options, sources: pinnedSources(pinning.pins) });
        expect(again.digest).toBe(resolved.digest);
      } catch (error) {
        if (!(error instanceof HelmGitopsError)) throw error;
        expect(known).toContain(error.code);
      }
    }),
    { numRuns: 150 },
  );
  expect(resolvedAtAll).toBeGreaterThan(5);
});
