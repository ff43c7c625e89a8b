{{- define "blocked" }}overridden{{ end }}
