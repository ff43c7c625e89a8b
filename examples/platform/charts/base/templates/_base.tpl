{{- define "base.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.team }}
platform.example.com/team: {{ . }}
{{- end }}
{{- end }}

{{- define "base.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "base.container" -}}
- name: {{ .Release.Name }}
  image: "{{ .Values.image.repository | default (printf "registry.example.com/%s" .Release.Name) }}:{{ .Values.image.tag }}"
  {{- with .Values.resources }}
  resources: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.environment }}
  env:
    {{- range $name, $value := . }}
    - {name: {{ $name }}, value: {{ $value | quote }}}
    {{- end }}
  {{- end }}
{{- end }}
