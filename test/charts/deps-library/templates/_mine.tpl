{{- define "mine.override" }}
metadata: {labels: {own: "1"}}
data: {k: {{ .Values.labels.app }}}
{{- end }}
