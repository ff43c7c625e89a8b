{{- define "same.file" }}from deep{{ end }}
{{- define "deep.only" }}deep{{ end }}
