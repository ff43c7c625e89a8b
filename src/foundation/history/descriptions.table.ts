/** The sentences that Helm writes into `info.description`; tools and people recognize releases by them. */

export const descriptions = {
  superseded: 'superseded by new release',
  deletionInProgress: 'Deletion in progress (or silently failed)',
  uninstallComplete: 'Uninstallation complete',
} as const;
