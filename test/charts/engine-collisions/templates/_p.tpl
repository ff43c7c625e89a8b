{{- define "both" }}parent{{ end }}
