/** A text as it stands in a definition. Throws a user's error where it would not be read as itself. Pure. */
import { HelmGitopsError, type Place } from '../../../foundation/base/errors.ts';

/** There braces would be a template. */
export function literal(text: string, place: Place): string {
  if (!text.includes('{{')) return text;
  throw unlike(`${JSON.stringify(text.slice(0, 80))} holds {{, which is a template in definitions`, place);
}

export function unlike(message: string, place: Place): HelmGitopsError {
  return new HelmGitopsError('definition.unsupported', 'user', `there is no equivalent: ${message}`, { place });
}
