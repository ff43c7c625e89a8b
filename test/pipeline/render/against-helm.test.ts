import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Compat } from '../../../src/foundation/values/read-values.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { renderHere } from '../../support/render-here.ts';
import { renderWithHelm } from '../../support/render-with-helm.ts';
import { helmCases } from './helm-cases.table.ts';

const judges: readonly (readonly [Compat, string | undefined])[] = [
  ['helm4', process.env.HELM_BIN],
  ['helm3', process.env.HELM3_BIN],
];

describe.each(judges)('rendering as %s does', (compat, bin) => {
  const variable = compat === 'helm4' ? 'HELM_BIN' : 'HELM3_BIN';
  test.skipIf(bin === undefined).each(helmCases)(`$name (needs ${variable})`, async ({ files, values, set }) => {
    using chart = makeChart(files);
    const valueFiles = values === undefined ? [] : [join(chart.path, '..', 'given.yaml')];
    for (const file of valueFiles) writeFileSync(file, values ?? '');
    const given = { valueFiles, set: set ?? [] };
    const ours = await renderHere(chart.path, { compat, ...given });
    expect(ours).toBe(renderWithHelm(bin ?? '', chart.path, given));
  });
});

test('the cases have names of their own', () => {
  const names = helmCases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(chartYaml('shop')).toContain('name: shop');
});
