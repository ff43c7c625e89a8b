{{- define "nothing" }}{{ .Values.none }}{{ end }}
