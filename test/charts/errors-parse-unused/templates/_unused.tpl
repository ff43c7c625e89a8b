{{ define "unused" }}
{{ $undefined }}
{{ end }}
