{{- define "both" }}alpha{{ end }}
{{- define "siblings" }}alpha{{ end }}
