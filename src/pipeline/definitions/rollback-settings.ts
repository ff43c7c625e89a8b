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
  /** What has to be good while it soaks, beside what the cluster says. */
  readonly checks?: readonly HealthCheck[];
}

/** Something outside of the cluster's own readiness that says how a release does. */
export interface HealthCheck {
  readonly name: string;
  readonly source: HttpSource | PrometheusSource;
  readonly interval: number;
  readonly timeout: number;
  /** So many bad measurements in a row. */
  readonly failureLimit: number;
}

export interface HttpSource {
  readonly type: 'http';
  readonly url: string;
  readonly token?: CheckToken;
}

export interface PrometheusSource {
  readonly type: 'prometheus';
  readonly address: string;
  readonly query: string;
  readonly range: { readonly min?: number | undefined; readonly max?: number | undefined };
  readonly token?: CheckToken;
}

/** A Secret of the release's namespace; shown as a bearer token. */
export interface CheckToken {
  readonly name: string;
  readonly key: string;
}
