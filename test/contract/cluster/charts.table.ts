/** What public charts write and a naive API server misreads. */
import { apply, get, pod, post, type Scenario } from './scenario.ts';

const labels = { app: 'a' };
const template = (spec: object) => ({ metadata: { labels }, spec });
const host = { hostNetwork: true, containers: [{ name: 'c', image: 'app:1', ports: [{ containerPort: 9100 }] }] };
const workload = (kind: string, more: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'a' },
  spec: { selector: { matchLabels: labels }, ...more },
});
const ports = { pick: ['spec.template.spec.containers.0.ports'] };
export const chartScenarios: readonly Scenario[] = [
  {
    name: 'as charts write: claims that say what they are',
    steps: [
      apply(
        'apps:statefulsets/a',
        workload('StatefulSet', {
          replicas: 0,
          serviceName: 'a',
          template: template({ containers: [{ name: 'c', image: 'app:1' }] }),
          volumeClaimTemplates: [
            {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          ],
        }),
        { fields: true, pick: ['metadata.managedFields', 'spec.volumeClaimTemplates'] },
      ),
      get('apps:statefulsets/a', { pick: ['spec.volumeClaimTemplates'] }),
    ],
  },
  {
    name: 'as charts write: ports of pods on their node’s network',
    steps: [
      post('apps:daemonsets?dryRun=All', workload('DaemonSet', { template: template(host) }), ports),
      post('apps:deployments?dryRun=All', workload('Deployment', { template: template(host) }), ports),
      post('pods?dryRun=All', pod('a', host), { pick: ['spec.containers.0.ports'] }),
    ],
  },
];
