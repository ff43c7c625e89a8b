/** Starts the embedded cluster in a thread of its own and returns when its API answers. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { HelmGitopsError } from '../foundation/base/errors.ts';
import { isUnwritable, unwritable } from '../foundation/base/make-folder.ts';
import type { WorkerMessage } from './cluster-worker.ts';
import type { ClusterOptions } from './server/run-cluster.ts';

export interface EmbeddedCluster extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** The path of its kubeconfig. */
  readonly kubeconfig: string;
}

export async function startEmbeddedCluster(options: ClusterOptions): Promise<EmbeddedCluster> {
  // Beside this file: as source or as a bundle.
  const file = import.meta.url.endsWith('.ts') ? './cluster-worker.ts' : './cluster-worker.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: options, name: 'embedded-cluster' });
  const [message] = (await once(worker, 'message')) as [WorkerMessage];
  if (message.type === 'failed') throw startError(message, options);
  return {
    url: message.url,
    kubeconfig: options.kubeconfigPath,
    async [Symbol.asyncDispose]() {
      const exited = once(worker, 'exit');
      worker.postMessage('stop');
      await exited;
    },
  };
}

function startError(
  { message, code, path }: Extract<WorkerMessage, { type: 'failed' }>,
  { port }: ClusterOptions,
): HelmGitopsError {
  if (code === 'EADDRINUSE') {
    return new HelmGitopsError(
      'cluster.port-taken',
      'user',
      `the embedded cluster cannot listen on port ${port}: something else does`,
      {
        hint: 'choose another embedded.port, or 0 for any',
      },
    );
  }
  if (path !== undefined && isUnwritable(code)) return unwritable(path, { code });
  return new HelmGitopsError('cluster.start', 'internal', `the embedded cluster did not start: ${message}`);
}
