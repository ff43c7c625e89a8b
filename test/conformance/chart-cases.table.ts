/** Ways to render charts of test/charts beyond default values and ci/*-values.yaml. */
export interface FlagCase {
  readonly chart: string;
  readonly name: string;
  /** Paths are relative to the folder that holds the chart. */
  readonly flags: readonly string[];
  /** Default `rel`; empty: none is given. */
  readonly release?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * - `copy`: a copy in a folder of its own, whose files in `out` belong to the outcome
   * - `packed-subcharts`: such a copy, with archives in place of the folders in charts/
   * - `archive`: the chart itself as an archive
   */
  readonly as?: 'copy' | 'packed-subcharts' | 'archive';
}

export const flagCases: readonly FlagCase[] = [];
