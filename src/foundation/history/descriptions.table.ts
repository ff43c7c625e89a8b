/** The sentences that Helm writes into `info.description`; tools and people recognize releases by them. */

export const descriptions = {
  installUnderway: 'Initial install underway',
  installComplete: 'Install complete',
  /** Of the pending record of an upgrade. */
  preparingUpgrade: 'Preparing upgrade',
  upgradeComplete: 'Upgrade complete',
  superseded: 'superseded by new release',
  deletionInProgress: 'Deletion in progress (or silently failed)',
  uninstallComplete: 'Uninstallation complete',
  dryRunComplete: 'Dry run complete',
} as const;

export function rollbackDescription(version: number): string {
  return `Rollback to ${version}`;
}

export function upgradeFailedDescription(release: string, message: string): string {
  return `Upgrade "${release}" failed: ${message}`;
}

/** Of installs, and of rollbacks. */
export function releaseFailedDescription(release: string, message: string): string {
  return `Release "${release}" failed: ${message}`;
}

/** `Upgrade complete (fleet@3f2a1c9 Raise replicas)`: how lost state finds out what a revision was made from. */
export function withSource(description: string, source: string): string {
  return `${description} (${source})`;
}

/** What `withSource` put in; undefined where Helm alone wrote the description. */
export function sourceOfDescription(description: string): string | undefined {
  return /^(?:Install complete|Upgrade complete|Rollback to \d+) \((.*)\)$/s.exec(description)?.[1];
}
