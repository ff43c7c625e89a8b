{{- define "which" }}top{{ end }}
