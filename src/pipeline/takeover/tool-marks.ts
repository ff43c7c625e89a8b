/** What Argo CD and Flux leave on objects that they deploy: their marks, and under which names they own fields. */

export const trackingId = 'argocd.argoproj.io/tracking-id';
export const installationId = 'argocd.argoproj.io/installation-id';
export const instanceLabel = 'app.kubernetes.io/instance';

/** Marks that no chart renders for them. */
export const trackingMarks: ReadonlySet<string> = new Set([
  trackingId,
  installationId,
  instanceLabel,
  'kubectl.kubernetes.io/last-applied-configuration',
]);

const managers: Readonly<Record<string, readonly string[]>> = {
  'Argo CD': ['argocd-controller', 'argocd-application-controller'],
  Flux: ['helm-controller'],
};

export const managersOf = (tool: string): readonly string[] => managers[tool] ?? [];
