/** Creations, tried dry: what comes out of them, defaults, zero values and managedFields included, and what is objected to. */

export interface CreateCase {
  readonly name: string;
  readonly path: string;
  readonly body: unknown;
}

/** Answered with the object: defaults, zero values, managedFields. */
export const accepted: readonly CreateCase[] = [
  {
    name: 'cm',
    path: '/api/v1/namespaces/{ns}/configmaps?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { x: 'y' }, annotations: { a: 'b' } },
      data: { a: 'b', c: '' },
      binaryData: { z: 'aGk=' },
    },
  },
  {
    name: 'secret',
    path: '/api/v1/namespaces/{ns}/secrets?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      data: { a: 'aGk=' },
      stringData: { b: 'hi', a: 'over' },
    },
  },
  {
    name: 'sa',
    path: '/api/v1/namespaces/{ns}/serviceaccounts?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'a' },
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'x' }],
    },
  },
  {
    name: 'pod2',
    path: '/api/v1/namespaces/{ns}/pods?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        hostNetwork: true,
        initContainers: [
          { name: 'i', image: 'b@sha256:0123456789012345678901234567890123456789012345678901234567890123' },
        ],
        containers: [
          {
            name: 'a',
            image: 'nginx:1.2',
            ports: [{ containerPort: 80 }],
            env: [
              { name: 'A', value: '' },
              { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'C', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } },
            ],
            resources: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: 0.5 } },
            livenessProbe: { httpGet: { port: 'http' } },
            readinessProbe: { tcpSocket: { port: 80 } },
            startupProbe: { exec: { command: ['x'] } },
            volumeMounts: [{ name: 'v', mountPath: '/x', readOnly: false }],
            securityContext: { privileged: false, capabilities: { drop: ['ALL'] } },
          },
        ],
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'w', secret: { secretName: 'q' } },
          { name: 'c', configMap: { name: 'q' } },
          {
            name: 'p',
            projected: {
              sources: [
                { serviceAccountToken: { path: 'x' } },
                { configMap: { name: 'z' } },
                { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
              ],
            },
          },
          { name: 'h', hostPath: { path: '/x' } },
          {
            name: 'd',
            downwardAPI: { items: [{ path: 'x', resourceFieldRef: { containerName: 'a', resource: 'limits.cpu' } }] },
          },
          {
            name: 'e',
            ephemeral: {
              volumeClaimTemplate: {
                spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
              },
            },
          },
        ],
        tolerations: [{ operator: 'Exists' }],
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'z',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { a: 'b' } },
          },
        ],
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, podAffinityTerm: { topologyKey: 'a', labelSelector: { matchLabels: { a: 'b' } } } },
            ],
          },
        },
      },
    },
  },
  {
    name: 'deploy',
    path: '/apis/apps/v1/namespaces/{ns}/deployments?fieldValidation=Strict',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'deploy recreate',
    path: '/apis/apps/v1/namespaces/{ns}/deployments?fieldValidation=Strict',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        replicas: 0,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'sts',
    path: '/apis/apps/v1/namespaces/{ns}/statefulsets?fieldValidation=Strict',
    body: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'a' },
      spec: {
        serviceName: 'x',
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
        volumeClaimTemplates: [
          {
            metadata: { name: 'd' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
  },
  {
    name: 'ds',
    path: '/apis/apps/v1/namespaces/{ns}/daemonsets?fieldValidation=Strict',
    body: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'a' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'rs',
    path: '/apis/apps/v1/namespaces/{ns}/replicasets?fieldValidation=Strict',
    body: {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'a' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'rc',
    path: '/api/v1/namespaces/{ns}/replicationcontrollers?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'a' },
      spec: { template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } } },
    },
  },
  {
    name: 'job',
    path: '/apis/batch/v1/namespaces/{ns}/jobs?fieldValidation=Strict',
    body: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a' },
      spec: { template: { spec: { containers: [{ name: 'a', image: 'nginx' }], restartPolicy: 'Never' } } },
    },
  },
  {
    name: 'job2',
    path: '/apis/batch/v1/namespaces/{ns}/jobs?fieldValidation=Strict',
    body: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a' },
      spec: {
        backoffLimit: 0,
        parallelism: 2,
        template: {
          metadata: { labels: { q: 'r' } },
          spec: { containers: [{ name: 'a', image: 'nginx' }], restartPolicy: 'Never' },
        },
        ttlSecondsAfterFinished: 0,
      },
    },
  },
  {
    name: 'cronjob',
    path: '/apis/batch/v1/namespaces/{ns}/cronjobs?fieldValidation=Strict',
    body: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'a' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: { spec: { containers: [{ name: 'a', image: 'nginx' }], restartPolicy: 'Never' } } },
        },
      },
    },
  },
  {
    name: 'svc',
    path: '/api/v1/namespaces/{ns}/services?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: {
        ports: [
          { name: 'n0', port: 80 },
          { name: 'b', port: 81, targetPort: 'http', protocol: 'UDP' },
        ],
        selector: { a: 'b' },
      },
    },
  },
  {
    name: 'svc headless',
    path: '/api/v1/namespaces/{ns}/services?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { clusterIP: 'None', ports: [{ port: 80 }], publishNotReadyAddresses: true },
    },
  },
  {
    name: 'svc np',
    path: '/api/v1/namespaces/{ns}/services?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }], sessionAffinity: 'ClientIP' },
    },
  },
  {
    name: 'svc lb',
    path: '/api/v1/namespaces/{ns}/services?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30124 }], loadBalancerIP: '1.2.3.4' },
    },
  },
  {
    name: 'svc ext',
    path: '/api/v1/namespaces/{ns}/services?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { type: 'ExternalName', externalName: 'x.y' },
    },
  },
  {
    name: 'ep',
    path: '/api/v1/namespaces/{ns}/endpoints?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'a' },
      subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 1 }] }],
    },
  },
  {
    name: 'eps',
    path: '/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices?fieldValidation=Strict',
    body: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'a' },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['1.2.3.4'] }],
      ports: [{ port: 1 }],
    },
  },
  {
    name: 'pvc',
    path: '/api/v1/namespaces/{ns}/persistentvolumeclaims?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'a' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1024Mi' } } },
    },
  },
  {
    name: 'pv',
    path: '/api/v1/persistentvolumes?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'a' },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
    },
  },
  {
    name: 'ns',
    path: '/api/v1/namespaces?fieldValidation=Strict',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'abc' } },
  },
  {
    name: 'ing',
    path: '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses?fieldValidation=Strict',
    body: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'a' },
      spec: {
        rules: [
          {
            host: 'a.b',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } }],
            },
          },
        ],
        tls: [{ hosts: ['a.b'], secretName: 'x' }],
      },
    },
  },
  {
    name: 'ingclass',
    path: '/apis/networking.k8s.io/v1/ingressclasses?fieldValidation=Strict',
    body: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'a' },
      spec: { controller: 'a.b/c' },
    },
  },
  {
    name: 'pdb',
    path: '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets?fieldValidation=Strict',
    body: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'a' },
      spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } },
    },
  },
  {
    name: 'hpa1',
    path: '/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers?fieldValidation=Strict',
    body: {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a' },
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' },
        targetCPUUtilizationPercentage: 50,
      },
    },
  },
  {
    name: 'role',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles?fieldValidation=Strict',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'a:b' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
  },
  {
    name: 'crole norules',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles?fieldValidation=Strict',
    body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'a' } },
  },
  {
    name: 'rb',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings?fieldValidation=Strict',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'a' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'x' },
      subjects: [
        { kind: 'ServiceAccount', name: 'x', namespace: 'y' },
        { kind: 'User', name: 'u' },
      ],
    },
  },
  {
    name: 'sc',
    path: '/apis/storage.k8s.io/v1/storageclasses?fieldValidation=Strict',
    body: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'a' }, provisioner: 'x/y' },
  },
  {
    name: 'csidriver',
    path: '/apis/storage.k8s.io/v1/csidrivers?fieldValidation=Strict',
    body: { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'a' }, spec: {} },
  },
  {
    name: 'mwc',
    path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?fieldValidation=Strict',
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'a' },
      webhooks: [
        {
          name: 'a.b.c',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          clientConfig: { service: { name: 'x', namespace: 'y' } },
          rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        },
      ],
    },
  },
  {
    name: 'vwc',
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations?fieldValidation=Strict',
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'a' },
      webhooks: [
        { name: 'a.b.c', admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { url: 'https://x.y' } },
      ],
    },
  },
  {
    name: 'pc',
    path: '/apis/scheduling.k8s.io/v1/priorityclasses?fieldValidation=Strict',
    body: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'a' }, value: 5 },
  },
  {
    name: 'lease',
    path: '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases?fieldValidation=Strict',
    body: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'a' },
      spec: { holderIdentity: 'x', renewTime: '2026-01-01T00:00:00.123456Z', leaseDurationSeconds: 15 },
    },
  },
  {
    name: 'event',
    path: '/api/v1/namespaces/{ns}/events?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'a' },
      involvedObject: { kind: 'Pod', name: 'x', namespace: '{ns}' },
      reason: 'R',
      message: 'm',
      type: 'Normal',
    },
  },
  {
    name: 'quota',
    path: '/api/v1/namespaces/{ns}/resourcequotas?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'a' },
      spec: { hard: { pods: '10', cpu: '1000m' } },
    },
  },
  {
    name: 'limits',
    path: '/api/v1/namespaces/{ns}/limitranges?fieldValidation=Strict',
    body: {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'a' },
      spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] },
    },
  },
  {
    name: 'apiservice',
    path: '/apis/apiregistration.k8s.io/v1/apiservices?fieldValidation=Strict',
    body: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.foo.bar' },
      spec: {
        group: 'foo.bar',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name: 'a', namespace: 'b' },
        insecureSkipTLSVerify: true,
      },
    },
  },
  {
    name: 'runtimeclass',
    path: '/apis/node.k8s.io/v1/runtimeclasses?fieldValidation=Strict',
    body: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'a' }, handler: 'x' },
  },
  {
    name: 'crd',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict',
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'foos.x.y' },
      spec: {
        group: 'x.y',
        scope: 'Namespaced',
        names: { plural: 'foos', kind: 'Foo' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { a: { type: 'string', default: 'q' } } } },
              },
            },
          },
        ],
      },
    },
  },
  {
    name: 'vap',
    path: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?fieldValidation=Strict',
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'a' },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] },
          ],
        },
        validations: [{ expression: 'true' }],
      },
    },
  },
];

/** Answered with an error or a warning: codes, reasons, wording, causes. */
export const questioned: readonly CreateCase[] = [
  ...['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
    [
      { kind: 'ServiceAccount', name: 'sa' },
      { kind: 'ServiceAccount', name: '' },
      { kind: 'User', name: '' },
    ].map((subject) => ({
      name: `${kind} of a ${subject.kind} ${subject.name === '' ? 'without a name' : 'without a namespace'}`,
      path: `/apis/rbac.authorization.k8s.io/v1/${kind === 'RoleBinding' ? 'namespaces/{ns}/' : ''}${kind.toLowerCase()}s`,
      body: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind,
        metadata: { name: 'a' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [subject],
      },
    })),
  ),
  {
    name: 'type err',
    path: '/api/v1/namespaces/{ns}/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 1 } },
  },
  {
    name: 'type err2',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 'x',
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'type err3',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { spec: { containers: {} } },
      },
    },
  },
  {
    name: 'type err4',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { spec: { containers: [{ name: 1 }] } },
      },
    },
  },
  {
    name: 'type err5',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { replicas: 0, paused: true, selector: { matchLabels: { app: 'a' } }, template: [] },
    },
  },
  {
    name: 'type err6',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: 'yes',
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'bad quantity',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'a', image: 'b', resources: { limits: { cpu: 'abc' } } }] },
        },
      },
    },
  },
  {
    name: 'bad base64',
    path: '/api/v1/namespaces/{ns}/secrets',
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: '%%' } },
  },
  {
    name: 'unknown warn',
    path: '/api/v1/namespaces/{ns}/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', bar: {} }, foo: 1 },
  },
  {
    name: 'unknown strict',
    path: '/apis/apps/v1/namespaces/{ns}/deployments?fieldValidation=Strict',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { spec: { containers: [{ name: 'x', imagee: 'y' }] } },
        foo: 1,
      },
    },
  },
  {
    name: 'dep no selector',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: null,
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'dep empty selector',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: {},
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'dep mismatch',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { b: 'c' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'dep no containers',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: {} },
      },
    },
  },
  {
    name: 'dep no name/image',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{}] } },
      },
    },
  },
  {
    name: 'dep dup containers',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            containers: [
              { name: 'a', image: 'b' },
              { name: 'a', image: 'c' },
            ],
          },
        },
      },
    },
  },
  {
    name: 'dep bad cname',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'A_', image: 'b' }] } },
      },
    },
  },
  {
    name: 'dep bad restart',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'nginx' }] },
        },
      },
    },
  },
  {
    name: 'dep bad restart2',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { restartPolicy: 'Foo', containers: [{ name: 'a', image: 'nginx' }] },
        },
      },
    },
  },
  {
    name: 'dep neg replicas',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: -1,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
      },
    },
  },
  {
    name: 'dep bad port',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'a', image: 'b', ports: [{ containerPort: 0 }, { containerPort: 99999 }] }] },
        },
      },
    },
  },
  {
    name: 'dep mount not found',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'a', image: 'b', volumeMounts: [{ name: 'x', mountPath: '/x' }] }] },
        },
      },
    },
  },
  {
    name: 'dep mount dup',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            volumes: [
              { name: 'x', emptyDir: {} },
              { name: 'x', emptyDir: {} },
            ],
            containers: [
              {
                name: 'a',
                image: 'b',
                volumeMounts: [
                  { name: 'x', mountPath: '/x' },
                  { name: 'x', mountPath: '/x' },
                ],
              },
            ],
          },
        },
      },
    },
  },
  {
    name: 'dep req>lim',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            containers: [{ name: 'a', image: 'b', resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }],
          },
        },
      },
    },
  },
  {
    name: 'dep env name',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            containers: [
              {
                name: 'a',
                image: 'b',
                env: [
                  { name: '', value: 'x' },
                  { name: 'A=B' },
                  { name: 'x', valueFrom: {} },
                  { name: 'y', value: 'a', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
                ],
              },
            ],
          },
        },
      },
    },
  },
  {
    name: 'dep probe',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            containers: [
              {
                name: 'a',
                image: 'b',
                livenessProbe: {},
                readinessProbe: { httpGet: { path: '/' } },
                lifecycle: { preStop: {} },
              },
            ],
          },
        },
      },
    },
  },
  {
    name: 'dep strategy2',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
        strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
      },
    },
  },
  {
    name: 'dep surge 0',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
        strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
      },
    },
  },
  {
    name: 'dep pullpolicy',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { containers: [{ name: 'a', image: 'b', imagePullPolicy: 'X' }] },
        },
      },
    },
  },
  {
    name: 'dep dup port name',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 0,
        paused: true,
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            containers: [
              {
                name: 'a',
                image: 'b',
                ports: [
                  { name: 'x', containerPort: 1 },
                  { name: 'x', containerPort: 2 },
                  { name: 'Toolongportname1', containerPort: 3 },
                ],
              },
            ],
          },
        },
      },
    },
  },
  {
    name: 'svc no ports',
    path: '/api/v1/namespaces/{ns}/services',
    body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: {} },
  },
  {
    name: 'svc dup ports',
    path: '/api/v1/namespaces/{ns}/services',
    body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }, { port: 80 }] } },
  },
  {
    name: 'svc nodeport range',
    path: '/api/v1/namespaces/{ns}/services',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 1, nodePort: 80 }], type: 'NodePort' },
    },
  },
  {
    name: 'svc bad ip',
    path: '/api/v1/namespaces/{ns}/services',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 1 }], clusterIP: '1.2.3.4' },
    },
  },
  {
    name: 'svc nodeport on clusterip',
    path: '/api/v1/namespaces/{ns}/services',
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 1, nodePort: 30001 }] },
    },
  },
  {
    name: 'ing empty',
    path: '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses',
    body: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec: {} },
  },
  {
    name: 'pvc bad',
    path: '/api/v1/namespaces/{ns}/persistentvolumeclaims',
    body: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'p' }, spec: {} },
  },
  {
    name: 'job restart',
    path: '/apis/batch/v1/namespaces/{ns}/jobs',
    body: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j' },
      spec: { template: { spec: { containers: [{ name: 'a', image: 'nginx' }] } } },
    },
  },
  {
    name: 'cron bad',
    path: '/apis/batch/v1/namespaces/{ns}/cronjobs',
    body: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'j' },
      spec: {
        schedule: 'x',
        jobTemplate: {
          spec: { template: { spec: { containers: [{ name: 'a', image: 'nginx' }], restartPolicy: 'Never' } } },
        },
      },
    },
  },
  {
    name: 'ds bad',
    path: '/apis/apps/v1/namespaces/{ns}/daemonsets',
    body: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'j' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'b' } },
          spec: { containers: [{ name: 'a', image: 'nginx' }], restartPolicy: 'OnFailure' },
        },
      },
    },
  },
  {
    name: 'role bad',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'a' },
      rules: [{ apiGroups: [''], resources: ['x'] }, { verbs: ['get'] }],
    },
  },
  {
    name: 'pdb both',
    path: '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
    body: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'a' },
      spec: { minAvailable: 1, maxUnavailable: 1 },
    },
  },
  {
    name: 'secret type',
    path: '/api/v1/namespaces/{ns}/secrets',
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type: 'kubernetes.io/tls', data: { a: 'aGk=' } },
  },
  {
    name: 'cm key',
    path: '/api/v1/namespaces/{ns}/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { 'a/b': 'c' } },
  },
  {
    name: 'cm dupe key',
    path: '/api/v1/namespaces/{ns}/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'c' }, binaryData: { a: 'aGk=' } },
  },
  {
    name: 'ns bad',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } },
  },
  {
    name: 'owner',
    path: '/api/v1/namespaces/{ns}/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ownerReferences: [{ kind: 'x' }] } },
  },
  {
    name: 'sa missing pod',
    path: '/api/v1/namespaces/{ns}/pods',
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { serviceAccountName: 'zz', containers: [{ name: 'a', image: 'nginx' }] },
    },
  },
  {
    name: 'pc missing pod',
    path: '/api/v1/namespaces/{ns}/pods',
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { priorityClassName: 'zz', containers: [{ name: 'a', image: 'nginx' }] },
    },
  },
  { name: 'unknown resource', path: '/api/v1/namespaces/{ns}/foos', body: {} },
  {
    name: 'missing ns',
    path: '/api/v1/namespaces/zzz/configmaps',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  {
    name: 'kind mismatch',
    path: '/api/v1/namespaces/{ns}/configmaps',
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } },
  },
  {
    name: 'kind mismatch2',
    path: '/apis/apps/v1/namespaces/{ns}/deployments',
    body: { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'x' } },
  },
  {
    name: 'fv bad',
    path: '/api/v1/namespaces/{ns}/configmaps?fieldValidation=x',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  {
    name: 'dryrun bad',
    path: '/api/v1/namespaces/{ns}/configmaps?dryRun=x',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
  {
    name: 'fieldManager bad',
    path: '/api/v1/namespaces/{ns}/configmaps?fieldManager=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  },
];
