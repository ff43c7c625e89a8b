{{- define "db.name" }}{{ .Chart.Name }}-{{ .Values.name }}{{ end }}
