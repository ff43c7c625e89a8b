/** One release in three revisions of its files: before a change, with it, and now. */
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import type { ReleaseDefinition } from '../../src/pipeline/definitions/release-definition.ts';
import type { RevertedRelease } from '../../src/pipeline/plan-revert.ts';

export type Files = Readonly<Record<string, string>>;

export interface RevertScene {
  readonly good: Files;
  readonly bad: Files;
  readonly head?: Files;
  /** A release that reads the same files. */
  readonly beside?: Partial<ReleaseDefinition>;
  readonly chart?: ReleaseDefinition['chart'];
}

const place = { file: 'apps/shop.yaml', line: 1 };

/** Of `shop/prod`; files below `values/` are its values. */
export function revertedRelease({ good, bad, head = bad, beside, chart }: RevertScene): RevertedRelease {
  const valueFiles = valueFilesOf({ good, bad, head });
  const definition = {
    ...{
      app: 'shop',
      environment: 'prod',
      origin: { place },
      chart: chart ?? { type: 'path', path: 'charts/shop', place },
    },
    ...{ variables: { environment: 'prod' }, settings: { promotion: { files: ['dashboards/{{environment}}.json'] } } },
    values: valueFiles.map((path) => ({ type: 'file', path, place })),
  } as unknown as ReleaseDefinition;
  const layers = valueFiles.map((path) => ({ type: 'file' as const, path, text: head[path] ?? '' }));
  const past = (files: Files) => ({
    read: async (path: string) => files[path],
    contents: new Map(Object.entries(files)),
  });
  return {
    prepared: { definition, layers } as unknown as PreparedRelease,
    defined: beside ? [definition, { ...definition, ...beside }] : [definition],
    ...{ compat: 'helm4', head: past(head), past: { good: past(good), bad: past(bad) } },
  };
}

export function valueFilesOf({ good, bad, head = bad }: RevertScene): string[] {
  const paths = [...new Set([...Object.keys(good), ...Object.keys(head)])];
  return paths.filter((path) => path.startsWith('values/'));
}
