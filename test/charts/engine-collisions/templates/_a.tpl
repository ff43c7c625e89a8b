{{- define "same.file" }}from _a{{ end }}
{{- define "blank" }}full{{ end }}
