{{- define "descend" }}{{ if kindIs "map" . }}.{{ include "descend" (values . | first) }}{{ else }}{{ . }}{{ end }}{{ end }}
