{{- define "walk" }}
- {{ .name }}
{{- range .kids }}{{ include "walk" . | indent 2 }}{{ end }}
{{- end }}
{{- define "count" }}{{ . }} {{ if gt (int .) 0 }}{{ include "count" (sub . 1) }}{{ end }}{{ end }}
{{- define "factorial" }}{{ if le (int .) 1 }}1{{ else }}{{ mul . (include "factorial" (sub . 1) | int64) }}{{ end }}{{ end }}
{{- define "down" }}{{ if gt . 0 }}{{ template "down" (sub . 1 | int) }}{{ end }}{{ . }}{{ end }}
