/** Whether an object has become what it should be, by kstatus' rules: the output of `observe…` functions. */

export type ReadinessStatus = 'ready' | 'progressing' | 'failed' | 'terminating' | 'missing';

export interface Readiness {
  readonly status: ReadinessStatus;
  /** `Deployment/shop`, or the pod that is to blame. */
  readonly object: string;
  /** `ImagePullBackOff`, `ProgressDeadlineExceeded`, `Ready` … */
  readonly reason: string;
  readonly message: string;
  /** Of a failure: whose fault it is. */
  readonly culprit?: Culprit;
}

export interface Culprit {
  readonly pod?: string;
  readonly container?: string;
  readonly image?: string;
  /** The newest warning event's text. */
  readonly event?: string;
  /** The last lines of the container's log; for the log only, never for state. */
  readonly logs?: string;
}
