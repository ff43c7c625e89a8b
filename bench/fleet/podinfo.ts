/** A chart of podinfo's shape, as files and as the objects that it renders: four of them, the Deployment scaled to zero. */
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';

export const chartFiles: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: podinfo\nversion: 1.0.0\nappVersion: "6.9.0"\n',
  'values.yaml': `replicaCount: 0
image: {repository: podinfo, tag: 6.9.0}
message: hello
service: {port: 9898}
ingress: {host: podinfo.local}
resources: {requests: {cpu: 10m, memory: 32Mi}}
`,
  'templates/_helpers.tpl': `{{- define "podinfo.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | trunc 63 }}
{{- end }}
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "podinfo.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  selector:
    matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}}
  template:
    metadata:
      labels: {{- include "podinfo.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ .Release.Name }}
      containers:
        - name: podinfo
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: [./podinfo, --port={{ .Values.service.port }}]
          env: [{name: PODINFO_UI_MESSAGE, value: {{ .Values.message | quote }}}]
          ports: [{name: http, containerPort: {{ .Values.service.port }}, protocol: TCP}]
          resources: {{- toYaml .Values.resources | nindent 12 }}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "podinfo.labels" . | nindent 4 }}
  annotations: {message: {{ .Values.message | quote }}}
spec:
  ports: [{port: {{ .Values.service.port }}, targetPort: http, protocol: TCP, name: http}]
  selector: {app.kubernetes.io/instance: {{ .Release.Name }}}
`,
  'templates/serviceaccount.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "podinfo.labels" . | nindent 4 }}
  annotations: {message: {{ .Values.message | quote }}}
`,
  'templates/ingress.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "podinfo.labels" . | nindent 4 }}
  annotations: {message: {{ .Values.message | quote }}}
spec:
  rules:
    - host: {{ .Values.ingress.host }}
      http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: {{ .Release.Name }}, port: {number: {{ .Values.service.port }}}}}}]
`,
};

export function objectsOf(name: string, namespace: string, message: string): KubernetesObject[] {
  const labels = {
    'app.kubernetes.io/name': 'podinfo',
    'app.kubernetes.io/instance': name,
    'helm.sh/chart': 'podinfo-1.0.0',
  };
  const metadata = { name, namespace, labels, annotations: { message } };
  const container = {
    name: 'podinfo',
    image: 'podinfo:6.9.0',
    command: ['./podinfo', '--port=9898'],
    env: [{ name: 'PODINFO_UI_MESSAGE', value: message }],
    ports: [{ name: 'http', containerPort: 9898, protocol: 'TCP' }],
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
  };
  const selector = { 'app.kubernetes.io/instance': name };
  const backend = { service: { name, port: { number: 9898 } } };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port: 9898, targetPort: 'http', protocol: 'TCP', name: 'http' }], selector },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas: 0,
        selector: { matchLabels: selector },
        template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } },
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { rules: [{ host: 'podinfo.local', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    },
  ];
}
