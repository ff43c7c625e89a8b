/** How a pod reaches the cluster that it runs in: its ServiceAccount's token and CA, re-read because both rotate. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterError } from './cluster-error.ts';
import type { Connection } from './kubeconfig.ts';

export interface InCluster {
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT */
  readonly host?: string;
  readonly port?: string;
  readonly folder?: string;
}

/** Cluster DNS and the usual mount: what every pod has. */
export const defaultInCluster: InCluster = {};

export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A kubelet renews the token when 80 % of its life (an hour) is over; client-go re-reads it each minute too. */
const rereadMilliseconds = 60_000;

export async function inClusterConnection(place: InCluster): Promise<Connection> {
  const folder = place.folder ?? serviceAccountFolder;
  try {
    const [token, ca] = await Promise.all([
      readFile(join(folder, 'token'), 'utf8'),
      readFile(join(folder, 'ca.crt'), 'utf8'),
    ]);
    const host = place.host ?? 'kubernetes.default.svc';
    return {
      server: `https://${host.includes(':') ? `[${host}]` : host}:${place.port ?? '443'}`,
      tls: { ca },
      authorization: `Bearer ${token.trim()}`,
      expires: Date.now() + rereadMilliseconds,
    };
  } catch (error) {
    throw clusterError('cluster.credentials', `no ServiceAccount is mounted in ${folder}`, {
      hint: 'name a kubeconfig in the configuration, or run in a pod with automountServiceAccountToken',
      cause: error,
    });
  }
}
