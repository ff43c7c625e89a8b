{{- define "which" }}lowest{{ end }}
{{- define "only" }}lowest{{ end }}
