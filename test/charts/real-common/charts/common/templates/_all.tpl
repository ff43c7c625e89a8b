{{/* Text or a table, either with actions inside. */}}
{{- define "common.render" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) }}
{{- if contains "{{" (toJson .value) }}
{{- if .scope }}{{ tpl (cat "{{- with $.RelativeScope -}}" $value "{{- end }}") (merge (dict "RelativeScope" .scope) .context) }}
{{- else }}{{ tpl $value .context }}{{ end }}
{{- else }}{{ $value }}{{ end }}
{{- end -}}
{{- define "common.names.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "common.names.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $release := regexReplaceAll "(-?[^a-z\\d\\-])+-?" (lower .Release.Name) "-" -}}
{{- if contains $name $release -}}{{ $release | trunc 63 | trimSuffix "-" }}{{- else -}}{{ printf "%s-%s" $release $name | trunc 63 | trimSuffix "-" }}{{- end -}}
{{- end -}}
{{- end -}}
{{- define "common.labels" -}}
{{- if and (hasKey . "customLabels") (hasKey . "context") -}}
{{- $default := dict "app.kubernetes.io/name" (include "common.names.name" .context) "helm.sh/chart" (printf "%s-%s" .context.Chart.Name .context.Chart.Version) "app.kubernetes.io/instance" .context.Release.Name -}}
{{- with .context.Chart.AppVersion -}}{{- $_ := set $default "app.kubernetes.io/version" . -}}{{- end -}}
{{ template "common.merge" (dict "values" (list .customLabels $default) "context" .context) }}
{{- end -}}
{{- end -}}
{{- define "common.merge" -}}
{{- $dst := dict -}}
{{- range .values -}}
{{- $dst = include "common.render" (dict "value" . "context" $.context) | fromYaml | merge $dst -}}
{{- end -}}
{{ $dst | toYaml }}
{{- end -}}
{{- define "common.capabilities.kubeVersion" -}}
{{- default (default .Capabilities.KubeVersion.Version .Values.kubeVersion) ((.Values.global).kubeVersion) -}}
{{- end -}}
{{- define "common.capabilities.deployment.apiVersion" -}}
{{- $v := include "common.capabilities.kubeVersion" . -}}
{{- if and (not (empty $v)) (semverCompare "<1.14-0" $v) -}}extensions/v1beta1{{- else -}}apps/v1{{- end -}}
{{- end -}}
{{- define "common.images.image" -}}
{{- $registry := default .imageRoot.registry ((.global).imageRegistry) -}}
{{- $separator := ":" -}}{{- $end := .imageRoot.tag | toString -}}
{{- if .imageRoot.digest }}{{ $separator = "@" }}{{ $end = .imageRoot.digest | toString }}{{ end -}}
{{- if $registry }}{{ printf "%s/%s%s%s" $registry .imageRoot.repository $separator $end }}{{ else }}{{ printf "%s%s%s" .imageRoot.repository $separator $end }}{{ end -}}
{{- end -}}
{{- define "common.images.pullSecrets" -}}
{{- $secrets := list }}{{- $context := .context }}
{{- range (($context.Values.global).imagePullSecrets) -}}
{{- if kindIs "map" . -}}{{- $secrets = append $secrets (include "common.render" (dict "value" .name "context" $context)) -}}{{- else -}}{{- $secrets = append $secrets (include "common.render" (dict "value" . "context" $context)) -}}{{- end -}}
{{- end -}}
{{- range .images -}}{{- range .pullSecrets -}}
{{- if kindIs "map" . -}}{{- $secrets = append $secrets (include "common.render" (dict "value" .name "context" $context)) -}}{{- else -}}{{- $secrets = append $secrets (include "common.render" (dict "value" . "context" $context)) -}}{{- end -}}
{{- end -}}{{- end -}}
{{- if (not (empty $secrets)) -}}
imagePullSecrets:
{{- range $secrets | uniq }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}
{{- define "common.affinities" -}}
{{- $_ := set $ "topologyKey" (default "kubernetes.io/hostname" .topologyKey) -}}
{{- if eq .type "soft" }}
preferredDuringSchedulingIgnoredDuringExecution:
  - weight: {{ .weight | default 1 -}}
    {{- include "common.term" . | nindent 4 }}
{{- else if eq .type "hard" }}
requiredDuringSchedulingIgnoredDuringExecution:
  - {{ include "common.term" . | nindent 4 | trim }}
{{- end }}
{{- end -}}
{{- define "common.term" -}}
topologyKey: {{ .topologyKey }}
labelSelector: {matchLabels: {{ dict "name" (include "common.names.name" .context) | toJson }}}
{{- end -}}
{{- define "common.nodes" -}}
{{- if and .p.type .p.key }}
{{ .p.type }}:
  - key: {{ .p.key }}
    values:
      {{- range .p.values }}
      - {{ . | quote }}
      {{- end }}
{{- end }}
{{- end -}}
{{- define "common.resources" -}}
{{- $presets := dict "small" (dict "requests" (dict "cpu" "500m" "memory" "512Mi") "limits" (dict "cpu" "750m" "memory" "768Mi")) "none" (dict) -}}
{{- if hasKey $presets .type -}}{{- index $presets .type | toYaml -}}{{- else -}}{{- printf "ERROR: Preset key '%s' invalid. Allowed values are %s" .type (join "," (keys $presets | sortAlpha)) | fail -}}{{- end -}}
{{- end -}}
{{- define "common.secret" -}}
{{- $existing := lookup "v1" "Secret" .context.Release.Namespace (include "common.names.fullname" .context) -}}
{{- if $existing -}}{{ index $existing.data .name | b64dec }}{{- else if .provided -}}{{ .provided | toString }}{{- else -}}{{ printf "derived-%s" .context.Release.Name | sha256sum | trunc 10 }}{{- end -}}
{{- end -}}
