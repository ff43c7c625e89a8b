/** All that is known of a change that went wrong. */
export interface IncidentFields {
  outcome: string;
  from: number;
  to?: number | undefined;
  version?: number | undefined;
  commit: string;
  author?: string | undefined;
  reason: string;
  object?: string | undefined;
  pod?: string | undefined;
  message: string;
  warning?: string | undefined;
  /** The last lines of the container that failed. */
  logs?: string | undefined;
  changed?: string | undefined;
  objects?: string | undefined;
  hooks?: string | undefined;
  timeline?: string | undefined;
}
