import { describe, expect, test } from 'vitest';
import { helmFunctions } from '../../../../src/pipeline/render/functions/function-table.ts';
import { countingSources } from './evaluate.ts';
import { SIGNATURES } from './function-table.table.ts';

const table = (compat: 'helm3' | 'helm4') => helmFunctions({ compat, sources: countingSources() });

describe('the function table', () => {
  test('holds every function of Helm 4 with its signature, and no other', () => {
    const own = [...table('helm4').values()].map(({ name, signature }) => [name, signature]);
    expect(own.sort(([a], [b]) => (a! < b! ? -1 : 1))).toEqual(SIGNATURES);
  });

  test('lacks for Helm 3 what Helm 4 added', () => {
    const added = [...table('helm4').keys()].filter((name) => !table('helm3').has(name));
    expect(added.sort()).toEqual(['mustToToml', 'mustToYaml']);
    expect(table('helm3').get('mustToJson')?.signature).toBe('(interface {}) (string, error)');
  });

  test('files every function under its own name', () => {
    for (const [name, { name: own }] of table('helm4')) expect(own).toBe(name);
  });
});
