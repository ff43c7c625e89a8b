{{- define "kid.name" }}{{ .Chart.Name }}-{{ .Values.b }}{{ end }}
