/**
 * The value files of one release, wherever another tool's rules look for them: fetched, listed, and named for the merge.
 * Takes the definition, its chart and ways to read; returns sources that only name files, and what was fetched for them.
 */
import { fromBytes } from '../foundation/base/byte-string.ts';
import { displayUrl } from '../foundation/git/git-url.ts';
import type { Chart } from './chart/chart.ts';
import type { ChartSources } from './chart/chart-sources.ts';
import { type ChartPins, pinningSources } from './chart/pin-sources.ts';
import type { FilesRoot, ReleaseDefinition } from './definitions/release-definition.ts';
import { type CheckoutFiles, openCheckoutFiles } from './source/checkout-files.ts';
import { type LocatedValueFiles, locateValueFiles, type RootFiles } from './values/locate-value-files.ts';

export interface ReleaseValuesInput {
  readonly definition: ReleaseDefinition;
  readonly chart: Chart;
  /** Of the repository that holds the definition. */
  readonly files: CheckoutFiles;
  readonly sources: ChartSources;
}

export interface ReleaseValues extends LocatedValueFiles {
  readonly pins: ChartPins;
}

export async function locateReleaseValues(input: ReleaseValuesInput): Promise<ReleaseValues> {
  const { sources, pins } = pinningSources(input.sources);
  const open = async (root: FilesRoot): Promise<RootFiles> => {
    if (root.type === 'own') return rootOf(input.files, (path) => path);
    if (root.type === 'chart') return chartFiles(input.chart);
    const { url, revision } = root;
    const fetched = await sources.fetch({ type: 'git', url, revision, path: '' });
    return rootOf(await openCheckoutFiles(fetched.root), (path) => `${displayUrl(url)}/${path}`);
  };
  return { ...(await locateValueFiles({ sources: input.definition.values, open })), pins };
}

function rootOf(files: CheckoutFiles, shown: RootFiles['shown']): RootFiles {
  return {
    shown,
    list: files.all,
    read: (path) => files.read(path),
  };
}

function chartFiles({ metadata, files, valuesFile }: Chart): RootFiles {
  const texts = new Map(files.map(({ name, data }) => [name, data]));
  if (valuesFile !== undefined) texts.set('values.yaml', valuesFile.data);
  return {
    shown: (path) => `${metadata.name}-${metadata.version}/${path}`,
    list: async () => [...texts.keys()],
    read: async (path) => {
      const data = texts.get(path);
      if (data !== undefined) return fromBytes(data);
      throw Object.assign(new Error(`${path} does not exist`), { code: 'ENOENT' });
    },
  };
}
