/** The kubeconfigs that `KUBECONFIG_REAL` names; none where it is not set. */
export const realClusters = (): string[] =>
  (process.env['KUBECONFIG_REAL'] ?? '').split(',').filter((one) => one !== '');
