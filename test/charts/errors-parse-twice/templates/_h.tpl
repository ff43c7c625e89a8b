{{ define "one" }}1{{ end }}
{{ define "one" }}2{{ end }}
