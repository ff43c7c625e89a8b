import { expect, test } from 'vitest';
import { nextHint } from '../../src/daemon/next-hint.ts';

test.each([
  [undefined, undefined, 'commit a change'],
  [undefined, '/fleet', 'edit a values file below /fleet'],
  [
    '/my fleet/kubeconfig',
    '/my fleet',
    "edit a values file below /my fleet; kubectl --kubeconfig '/my fleet/kubeconfig' get pods -A; helm --kubeconfig '/my fleet/kubeconfig' list -A",
  ],
])('with %j and %j: %s', (kubeconfig, folder, hint) => {
  expect(nextHint(kubeconfig, folder)).toBe(hint);
});
