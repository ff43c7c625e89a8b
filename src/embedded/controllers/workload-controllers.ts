/** All controllers of the embedded cluster that make workloads live; those of the API server itself are its own. */
import type { StartController } from '../store.ts';
import { startCronJobController } from './cron-job.ts';
import { startDaemonSetController } from './daemon-set.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startEndpointsController } from './endpoints.ts';
import { startEventExpiry } from './event-recorder.ts';
import { startJobController } from './job.ts';
import { startKubelet } from './kubelet.ts';
import { startNodes } from './nodes.ts';
import { startReplicaSetController } from './replica-set.ts';
import { startScheduler } from './scheduler.ts';
import { startStatefulSetController } from './stateful-set.ts';
import { startVolumeBinder } from './volume-binder.ts';

export const workloadControllers: readonly StartController[] = [
  startNodes,
  startDeploymentController,
  startReplicaSetController,
  startStatefulSetController,
  startDaemonSetController,
  startJobController,
  startCronJobController,
  startVolumeBinder,
  startScheduler,
  startKubelet,
  startEndpointsController,
  startDisruptionController,
  startEventExpiry,
];
