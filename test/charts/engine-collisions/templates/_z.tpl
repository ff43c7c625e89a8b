{{- define "same.file" }}from _z{{ end }}
{{- define "blank" }}   {{/* nothing */}}
{{ end }}
