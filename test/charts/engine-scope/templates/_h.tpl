{{- define "show" }}{{ $.name }}/{{ .name }}{{ end }}
{{- define "dollar" }}{{ $ }}{{ end }}
