/** Of what was taken back in git. */
export interface RevertFields {
  /** Of the incident. */
  id: string;
  /** The revision that failed. */
  from: number;
  changed: string;
  /** Keys that somebody has changed since. */
  dropped?: string | undefined;
}
