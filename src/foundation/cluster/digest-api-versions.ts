/** A short name for all that a cluster serves: for renders that looked at the whole list and not for one entry. */
import { createHash } from 'node:crypto';

export function digestApiVersions(apiVersions: readonly string[]): string {
  return createHash('sha256')
    .update([...apiVersions].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
}
