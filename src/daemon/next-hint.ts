/** What to try once the daemon is ready, as commands to be pasted into a shell. */
import { shellWord } from '../foundation/base/shell-word.ts';

/** Both undefined: there is no kubeconfig of the daemon's own making, no folder that it watches. */
export function nextHint(kubeconfig: string | undefined, folder: string | undefined): string {
  const first = folder === undefined ? 'commit a change' : `edit a values file below ${folder}`;
  if (kubeconfig === undefined) return first;
  const file = shellWord(kubeconfig);
  return [first, `kubectl --kubeconfig ${file} get pods -A`, `helm --kubeconfig ${file} list -A`].join('; ');
}
