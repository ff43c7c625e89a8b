/** What becomes of a release whose change goes wrong; durations in milliseconds. */
export interface RollbackSettings {
  readonly on: readonly ('failure' | 'unhealthy')[];
  readonly soak: number;
  readonly firstInstall: 'leave' | 'uninstall';
  readonly revert: 'none' | 'commit' | 'pullRequest';
  /** Where hooks of the bad revision had run. */
  readonly afterHooks: 'rollback' | 'hold';
  /** 0: off */
  readonly retryAfter: number;
  /** Releases of one environment that go forward and back together. */
  readonly group?: string;
}
