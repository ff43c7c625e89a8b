{{- define "fails" }}
{{ .nope.deep }}
{{- end }}
{{- define "inner" }}{{ required "inner says no" .Values.none }}{{ end }}
{{- define "outer" }}{{ include "inner" . | indent 2 }}{{ end }}
{{- define "loop" }}{{ template "loop2" . }}{{ end }}
{{- define "loop2" }}{{ .Values.num.x }}{{ end }}
