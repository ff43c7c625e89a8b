/** Objects of many kinds, and many ways in which charts write them, for mutations. Nothing here runs a pod. */

export const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.mutations.example.com}
spec:
  group: mutations.example.com
  scope: Namespaced
  names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: {type: integer, default: 3}
                mode: {type: string}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                tags: {type: array, items: {type: string}}
                parts:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items:
                    type: object
                    required: [name]
                    properties: {name: {type: string}, weight: {type: integer}, colour: {type: string}}
`;

export const corpus: readonly string[] = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\ndata: {colour: red, size: "3", file.yaml: "a: 1\\nb: 2\\n", empty: ""}\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: marked, labels: {app: shop, tier: web}, annotations: {note: mine, "example.com/slash": "1"}}\ndata: {a: "1"}\nbinaryData: {b: aGVsbG8=}\n',
  'apiVersion: v1\nkind: Secret\nmetadata: {name: texts}\ntype: Opaque\nstringData: {password: hunter2, empty: "", other: "{}"}\n',
  'apiVersion: v1\nkind: Secret\nmetadata: {name: bytes, labels: {app: shop}}\ndata: {password: aHVudGVyMg==, user: YW5u}\nstringData: {user: bob}\n',
  'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: account, annotations: {role: reader}}\nautomountServiceAccountToken: false\nimagePullSecrets: [{name: a}, {name: b}]\n',
  `apiVersion: v1
kind: Service
metadata: {name: service, labels: {app: shop}}
spec:
  type: ClusterIP
  selector: {app: shop, tier: web}
  ports:
    - {name: http, port: 80, targetPort: http}
    - {name: admin, port: 8080, targetPort: 8081, protocol: TCP}
    - {name: dns, port: 53, protocol: UDP}
`,
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: shop}, annotations: {note: "1"}}
spec:
  replicas: 0
  revisionHistoryLimit: 3
  selector: {matchLabels: {app: shop}}
  strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: shop}, annotations: {checksum: abc}}
    spec:
      serviceAccountName: account
      terminationGracePeriodSeconds: 5
      securityContext: {runAsNonRoot: true, fsGroup: 1000}
      nodeSelector: {kubernetes.io/os: linux}
      tolerations: [{key: a, operator: Exists, effect: NoSchedule}]
      initContainers: [{name: init, image: "busybox:1", command: [sh, -c, "true"]}]
      containers:
        - name: main
          image: nginx:1.25
          args: [--a, --b=1]
          env:
            - {name: A, value: "1"}
            - {name: B, value: "2"}
            - {name: C, valueFrom: {secretKeyRef: {name: texts, key: password}}}
          ports: [{name: http, containerPort: 80}, {name: dns, containerPort: 53, protocol: UDP}]
          resources: {limits: {cpu: 1000m, memory: 1024Mi}, requests: {cpu: 0.1, memory: 128Mi}}
          securityContext: {readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
          readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 7}
          volumeMounts: [{name: config, mountPath: /config}, {name: cache, mountPath: /cache}]
        - {name: side, image: "side:1", imagePullPolicy: Always}
      volumes:
        - {name: config, configMap: {name: plain}}
        - {name: cache, emptyDir: {}}
`,
  `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  replicas: 0
  serviceName: service
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec:
      affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: database}}}}]}}
      containers: [{name: db, image: "db:1", env: [{name: DATA, value: /data}], volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
`,
  `apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  suspend: true
  jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: job, image: "job:1", command: [run]}]}}}}
`,
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules: [{apiGroups: [""], resources: [pods, services], verbs: [get, list]}, {apiGroups: [apps], resources: [deployments], verbs: [get]}]\n',
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: readers}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects: [{kind: ServiceAccount, name: account, namespace: default}]\n',
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed}\nspec: {podSelector: {matchLabels: {app: shop}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}\n',
  'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: front, annotations: {nginx: "1"}}\nspec: {ingressClassName: nginx, tls: [{hosts: [a.example.com], secretName: tls}], rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: service, port: {number: 80}}}}]}}]}\n',
  'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: scaler}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: other}, minReplicas: 2, maxReplicas: 5, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}\n',
  'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: budget}\nspec: {minAvailable: 50%, selector: {matchLabels: {app: shop}}}\n',
  'apiVersion: mutations.example.com/v1\nkind: Thing\nmetadata: {name: thing, labels: {app: shop}}\nspec: {mode: fast, tags: [a, b], free: {deep: {list: [1, 2], text: x}}, parts: [{name: one, weight: 1}, {name: two, weight: 2, colour: red}]}\n',
  'apiVersion: mutations.example.com/v1\nkind: Thing\nmetadata: {name: sized}\nspec: {size: 3, free: {}, tags: []}\n',
];
