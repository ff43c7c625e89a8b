/** What `dependency update` and `dependency build` are given, and the chart that they work on. */
import { existsSync, statSync } from 'node:fs';
import type { Compat } from '../../../foundation/values/read-values.ts';
import type { Chart } from '../chart.ts';
import { chartError } from '../chart-error.ts';
import type { ChartSources } from '../chart-sources.ts';
import { loadChart } from '../load-chart.ts';

/** An entry of Helm's repositories.yaml, as far as it matters here. */
export interface NamedRepository {
  readonly name: string;
  readonly url: string;
}

export interface DependencyRun {
  /** Of the chart, absolute. */
  readonly folder: string;
  /** The path as typed, cleaned. */
  readonly shown: string;
  readonly compat: Compat;
  readonly sources: ChartSources;
  readonly repositories: readonly NamedRepository[];
  /** An absolute path: one of these keys must have signed what is fetched; or a chart without a signature is a warning. */
  readonly verify?: { readonly keyring: string; readonly unsigned: 'refuse' | 'warn' } | undefined;
  /** Why a repository's index could not be asked for, though what was kept of it may have served. */
  readonly indexFailure?: (repository: string) => string | undefined;
  /** The digest that `oci://HOST/PATH/NAME:TAG` names, to tell of it; undefined when nobody says. */
  readonly resolveTag?: (reference: string) => Promise<string | undefined>;
  /** Indexes are not asked for anew: nothing is said of them either. */
  readonly skipRefresh: boolean;
  readonly now: () => Date;
  /** Packs a chart's folder as NAME-VERSION.tgz into a destination. */
  readonly pack: (folder: string, destination: string) => Promise<unknown>;
  /** Progress in Helm's words, line by line. */
  readonly say: (text: string) => void;
}

export async function loadUnpacked({ folder, shown, compat }: DependencyRun): Promise<Chart> {
  if (!existsSync(folder)) {
    throw chartError('chart.not-found', `could not find ${shown}: stat ${shown}: no such file or directory`);
  }
  if (!statSync(folder).isDirectory()) throw chartError('chart.invalid', 'only unpacked charts can be updated');
  return await loadChart(folder, { compat, shownAs: shown });
}
