{{- define "m" }}{{ .mine }}{{ end }}
