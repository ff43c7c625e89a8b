/**
 * Takes a definition of another tool, returns it with what files in the chart's folder say more of it, where there are any.
 * They lie beside the definition, or in the git repository that has the chart; a packed chart brings none.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Problem } from '../foundation/base/problem.ts';
import { displayUrl } from '../foundation/git/git-url.ts';
import type { ChartSources } from './chart/chart-sources.ts';
import { patient } from './chart/patient-sources.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { type CheckoutFiles, openCheckoutFiles } from './source/checkout-files.ts';

export interface Beside {
  /** Of the repository that holds the definition, and its folder. */
  readonly files: CheckoutFiles;
  readonly root: string;
  readonly sources: ChartSources;
}

export interface OverriddenRelease {
  /** Itself where nothing lies beside its chart. */
  readonly definition: ReleaseDefinition;
  readonly notices: readonly Problem[];
}

export async function overrideRelease(definition: ReleaseDefinition, beside: Beside): Promise<OverriddenRelease> {
  const { overrides, chart } = definition;
  const none = { definition, notices: [] };
  if (overrides === undefined || (chart.type !== 'path' && chart.type !== 'git')) return none;
  const folder = await folderOf(chart, beside);
  const texts: { file: string; text: string }[] = [];
  for (const name of overrides.names.filter((one) => existsSync(join(folder.path, one)))) {
    const path = join(folder.within, name);
    texts.push({ file: folder.shown(path), text: await folder.files.read(path) });
  }
  return texts.length === 0 ? none : overrides.apply(texts);
}

type Folder = { path: string; within: string; files: CheckoutFiles; shown: (path: string) => string };

async function folderOf(
  chart: Extract<ReleaseDefinition['chart'], { type: 'path' | 'git' }>,
  { files, root, sources }: Beside,
): Promise<Folder> {
  if (chart.type === 'path') return { path: join(root, chart.path), within: chart.path, files, shown: (path) => path };
  const { url, revision, path } = chart;
  const fetched = await patient(sources).fetch({ type: 'git', url, revision, path });
  return {
    path: fetched.path,
    within: relative(fetched.root, fetched.path),
    files: await openCheckoutFiles(fetched.root),
    shown: (found) => `${displayUrl(url)}/${found}`,
  };
}
