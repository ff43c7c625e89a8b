/** The rights that `rbac` prints, and a daemon's account that holds them and no others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { expect } from 'vitest';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { openClient } from '../embedded/api-client.ts';
import { runCommand } from './run-command.ts';

/** Of what this configuration deploys; each time the same. `warned`: what is said beside it. */
export async function printRights(config: string, warned = ''): Promise<KubernetesObject[]> {
  const { stdout, stderr } = await runCommand(config, 'rbac');
  expect(stderr).toBe(warned);
  expect((await runCommand(config, 'rbac')).stdout).toBe(stdout);
  return loadAll(stdout) as KubernetesObject[];
}

/** Writes the administrator's kubeconfig anew with a token of the account `helm-gitops`, good for an hour. */
export async function writeAccount(
  kubeconfig: string,
  { namespace, writeTo }: { readonly namespace: string; readonly writeTo: string },
): Promise<void> {
  const api = await openClient(kubeconfig);
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const { code, body } = await api.send(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/helm-gitops/token`,
    review,
  );
  api.close();
  expect(code).toBe(201);
  writeFileSync(writeTo, readFileSync(kubeconfig, 'utf8').replace(/token: [^\s}]+/, `token: ${body.status.token}`));
}
