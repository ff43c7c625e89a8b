/** Keeps the two nodes that pods run on, and the default StorageClass that claims are served by. */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { Controller, ControllerContext } from '../store.ts';
import { timestamp } from './workload.ts';

export const storageClassName = 'standard';
const room = { cpu: '1000', memory: '4Ti', pods: '20000' };

export function startNodes({ store, clock }: ControllerContext): Controller {
  for (const name of ['node-1', 'node-2']) {
    if (store.get('nodes', '', name) !== undefined) continue;
    const created = store.create('nodes', node(name), { manager: 'kubelet' });
    store.updateStatus(
      'nodes',
      { ...created, status: nodeStatus(name, timestamp(clock.now())) },
      { manager: 'kubelet' },
    );
  }
  if (store.list('storageclasses.storage.k8s.io').length === 0)
    store.create('storageclasses.storage.k8s.io', storageClass);
  return { name: 'nodes', stop: () => undefined };
}

function node(name: string): KubernetesObject {
  const labels = {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} };
}

function nodeStatus(name: string, now: string): object {
  const times = { lastHeartbeatTime: now, lastTransitionTime: now };
  const healthy = (type: string, reason: string, message: string) => ({
    type,
    status: 'False',
    reason,
    message,
    ...times,
  });
  return {
    allocatable: room,
    capacity: room,
    addresses: [{ type: 'Hostname', address: name }],
    conditions: [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', ...times },
      healthy('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      healthy('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      healthy('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: '',
      kernelVersion: '',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.36.1',
      machineID: '',
      operatingSystem: 'linux',
      osImage: '',
      systemUUID: '',
    },
    phase: 'Running',
  };
}

const storageClass: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: storageClassName, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'helm-gitops.io/embedded',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};
