{{- define "lib.configmap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels: {{- include "lib.labels" .root | nindent 4 }}
data: {{- toYaml .data | nindent 2 }}
{{- end }}
{{- define "lib.labels" -}}
{{- with .Values.labels }}{{ toYaml . }}
{{ end -}}
chart: {{ .Chart.Name }}
{{- end }}
{{- define "lib.base" -}}
apiVersion: v1
kind: ConfigMap
metadata: {name: base, labels: {own: "0", other: x}}
{{- end }}
{{- define "lib.merge" -}}
{{- $top := first . -}}
{{- $overrides := fromYaml (include (index . 1) $top) | default (dict) -}}
{{- $base := fromYaml (include "lib.base" $top) | default (dict) -}}
{{- toYaml (merge $overrides $base) -}}
{{- end }}
