/** Counts in how many agreeing cases each function occurred. */
import type { Compat } from '../../../src/foundation/values/read-values.ts';
import { allFunctions, type GeneratedCase } from './generate-case.ts';
import { SLOW } from './slots.table.ts';

export interface Coverage {
  add(one: GeneratedCase, ok: boolean): void;
  table(): string;
  /** Functions that occurred less often than a run of that many cases makes likely. */
  missing(cases: number): string[];
}

export function newCoverage(compat: Compat): Coverage {
  const counts = new Map(allFunctions(compat).map(({ name }) => [name, { ok: 0, error: 0 }]));
  return {
    add({ used }, ok) {
      for (const name of used) counts.get(name)![ok ? 'ok' : 'error']++;
    },
    table() {
      const cells = [...counts].map(([name, { ok, error }]) => `${name} ${ok}+${error}`.padEnd(36));
      const rows = Array.from({ length: Math.ceil(cells.length / 4) }, (_, i) =>
        cells.slice(i * 4, i * 4 + 4).join(''),
      );
      return `function, agreeing cases that print + that fail\n${rows.join('\n')}`;
    },
    missing(cases) {
      const least = (name: string): number => (SLOW.has(name) ? cases / 40_000 : cases / 1000);
      return [...counts].filter(([name, { ok, error }]) => ok + error < least(name)).map(([name]) => name);
    },
  };
}
