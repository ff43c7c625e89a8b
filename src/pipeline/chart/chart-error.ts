/** A chart's mistake as an error; it says which file of the chart, relative to the repository or as the user gave it. */
import { type ErrorDetails, HelmGitopsError } from '../../foundation/base/errors.ts';
import { type ChartErrorCode, chartErrors } from './chart-errors.table.ts';

export function chartError(code: ChartErrorCode, message: string, details: ErrorDetails = {}): HelmGitopsError {
  return new HelmGitopsError(code, chartErrors[code].fault, message, details);
}

/** The line that Go's YAML errors name. */
export function lineOfMessage(message: string): number | undefined {
  const line = /\bline (\d+)\b/.exec(message)?.[1];
  return line === undefined ? undefined : Number(line);
}
