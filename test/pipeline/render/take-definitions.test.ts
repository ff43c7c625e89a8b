import { expect, test } from 'vitest';
import { takeDefinitions } from '../../../src/pipeline/render/take-definitions.ts';

const document = (source: string, apiVersion: string, kind: string) =>
  `---\n# Source: apps/templates/${source}\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: x\n`;

test.each(['Application', 'ApplicationSet', 'AppProject'])(
  '%s of Argo CD is a definition, wherever it stands',
  (kind) => {
    const other = document('own.yaml', 'v1', 'ConfigMap');
    const one = document('children.yaml', 'argoproj.io/v1alpha1', kind);
    const { manifest, taken } = takeDefinitions(`${other}${one}${other}`);
    expect(manifest).toBe(other + other);
    expect(taken).toEqual([{ source: 'apps/templates/children.yaml', text: one }]);
  },
);

test.each(['Rollout', 'Workflow', 'AnalysisTemplate'])('%s is of the same group, and is deployed', (kind) => {
  const text = `${document('a.yaml', 'argoproj.io/v1alpha1', kind)}# of an Application\n`;
  expect(takeDefinitions(text)).toEqual({ manifest: text, taken: [] });
});
