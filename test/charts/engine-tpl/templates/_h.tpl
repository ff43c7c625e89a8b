{{- define "outer" }}outer{{ end }}
