/** A row of the table that says, of each field of another tool's definitions, what becomes of it. */

export interface ForeignField {
  /** `spec.source.helm.values`, `spec.sources[].path`, `metadata.labels.NAME`; `NAME` is any name. */
  readonly field: string;
  /**
   * `honoured`: means the same here. `different`: means something near, or nothing, and the application runs all the same.
   * `refused`: the application waits, for without it something else would run.
   */
  readonly verdict: 'honoured' | 'different' | 'refused';
  readonly how: string;
  /** Said of each application that gives it. A refused one always is. */
  readonly told?: true;
  /** Values that ask for nothing. */
  readonly except?: readonly unknown[];
  /** Whatever lies below goes with it. */
  readonly whole?: true;
}
