{{/* The exporter's configuration: the value `config`, and the token's file where an account names no token. */}}
{{- define "exporter.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $file := printf "/run/secrets/workers-builds-exporter/%s" .Values.apiTokens.defaultKey -}}
{{- range $config.accounts -}}
{{- if not (or (hasKey . "api_token_file") (hasKey . "api_token_env")) -}}
{{- $_ := set . "api_token_file" $file -}}
{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
