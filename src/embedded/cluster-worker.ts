/** The thread that the embedded cluster runs in: starts it, tells its address, ends it when asked to. */
import { parentPort, workerData } from 'node:worker_threads';
import { workloadControllers } from './controllers/workload-controllers.ts';
import { type ClusterOptions, runCluster } from './server/run-cluster.ts';

export type WorkerMessage =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'failed'; readonly message: string; readonly code?: string; readonly path?: string };

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const tell = (message: WorkerMessage): void => port.postMessage(message);
  try {
    const cluster = await runCluster({ ...(workerData as ClusterOptions), controllers: workloadControllers });
    port.once('message', () => {
      void cluster[Symbol.asyncDispose]().then(() => port.close());
    });
    tell({ type: 'ready', url: cluster.url });
  } catch (error) {
    const { message, code, path } = error as NodeJS.ErrnoException;
    tell({ type: 'failed', message, ...(code === undefined ? {} : { code }), ...(path === undefined ? {} : { path }) });
    port.close();
  }
}

await main();
