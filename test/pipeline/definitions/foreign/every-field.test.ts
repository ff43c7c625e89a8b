/**
 * Every field that docs/compatibility.md calls honoured or different stands in a fixture of test/fixtures/fleets, which
 * test/e2e/fleets.test.ts deploys on each cluster, and there it does what its row says: without an honoured one something
 * else would be deployed, without one that is told nobody would be told.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { compatibilityTables } from '../../../support/compatibility-tables.ts';
import { fixtures } from '../../../support/fleet-fixture.ts';
import {
  type Effect,
  fieldKey,
  foreignFixtures,
  type Occurrence,
  occurrencesIn,
} from '../../../support/foreign-fixtures.ts';
import { longTest } from '../../../support/long-test.ts';

/** Honoured by doing nothing about them: what they ask for is always so. */
const always: Readonly<Record<string, readonly string[]>> = {
  Application: ['spec.source.name', 'spec.source.helm.skipTests', 'spec.source.helm.version'],
  'Sync options': [
    'CreateNamespace=false',
    'PruneLast=true',
    'ServerSideApply=true',
    'ApplyOutOfSyncOnly=true',
    'SkipDryRunOnMissingResource=true',
    'FailOnSharedResource=true',
    'RespectIgnoreDifferences=true',
    'PrunePropagationPolicy=background',
  ],
  AppProject: ['spec.description'],
  ApplicationSet: ['spec.applyNestedSelectors'],
  HelmRelease: ['spec.chart.spec.sourceRef.apiVersion', 'spec.chartRef.apiVersion'],
  // The URL says it too.
  HelmRepository: ['spec.type'],
  HelmChart: ['spec.sourceRef.apiVersion'],
  "Flux's Kustomization": ['spec.sourceRef.apiVersion'],
  'kustomization.yaml': ['apiVersion', 'kind'],
};

/** What becomes of them is not said by the definition: expected.txt says it, and what the later commit changes. */
const ofObjects = ['Annotations on objects', 'Hooks in folders of plain manifests', 'Sync options of objects'];

const found = occurrencesIn(foreignFixtures());

describe.each(Object.entries(compatibilityTables))('%s', (chapter, rows) => {
  const given = rows.filter(({ verdict }) => verdict !== 'refused').map((row) => [row.field, row] as const);
  longTest.each(given)('%s', async (field, row) => {
    const occurrences = found.get(fieldKey(chapter, field)) ?? [];
    expect(occurrences.map(({ shown }) => shown)).not.toEqual([]);
    if (ofObjects.includes(chapter)) {
      if (row.told) expect(occurrences.map(expectedOf).join('\n')).toContain(row.how);
      return;
    }
    const isAlways = always[chapter]?.includes(field) ?? false;
    if (isAlways) for (const { without } of occurrences) expect(await without()).toEqual(['nothing']);
    else if (row.verdict === 'honoured') expect(await effectsOf(occurrences, 'changes')).toContain('changes');
    else if (row.told) expect(await effectsOf(occurrences, 'tells')).toContain('tells');
  });
});

/** Until it is found: what leaving the field out does or, where that asks for the same, another text in its place. */
async function effectsOf(occurrences: readonly Occurrence[], wanted: Effect): Promise<Effect[]> {
  const effects: Effect[] = [];
  for (const ask of [...occurrences.map((one) => one.without), ...occurrences.map((one) => one.otherwise)]) {
    effects.push(...(await ask()));
    if (effects.includes(wanted)) break;
  }
  return effects;
}

const expectedOf = ({ fixture }: Occurrence): string =>
  readFileSync(join(fixtures, fixture.name, 'expected.txt'), 'utf8');
