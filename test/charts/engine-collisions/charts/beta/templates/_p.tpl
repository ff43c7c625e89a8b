{{- define "both" }}beta{{ end }}
{{- define "siblings" }}beta{{ end }}
