{{- define "which" }}low{{ end }}
