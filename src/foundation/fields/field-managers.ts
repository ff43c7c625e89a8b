/** Whose hand a field manager is: what controllers add to an object is their work, what people add is told. */

/** What this program and Helm write as. */
export const helmManager = 'helm';

/**
 * Controllers name themselves after what they are, `manager` being kubebuilder's default. People come as kubectl-edit,
 * as their tool or as their browser.
 */
const controllers =
  /(^|[-./])(manager|controllers?|operator|autoscaler|scheduler|updater|recommender|admission|injector|cainjector|certgen|kubelet|kube-apiserver|kube-proxy|pilot-discovery|istiod|speaker|webhook)$/;

export function isController(manager: string): boolean {
  return controllers.test(manager);
}
