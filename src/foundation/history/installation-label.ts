/**
 * On the object that holds a record: the state namespace of the installation that made it. Helm keeps it as a label of
 * the user's own (`--labels`), and carries it on to the revisions that it makes itself.
 */
export const installationLabel = 'helm-gitops.io/state-namespace';
