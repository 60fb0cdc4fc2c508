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

{{/* What no schema can say, or not so that one knows what to do. */}}
{{- define "exporter.check" -}}
{{- $values := .Values -}}
{{- if not $values.config.accounts -}}
{{- fail "config.accounts: lists no account: add one, for example --set-string config.accounts[0].id=ACCOUNT_ID" -}}
{{- end -}}
{{- if and $values.apiTokens.existingSecret $values.apiTokens.values -}}
{{- fail "apiTokens: has both existingSecret and values: keep one of the two" -}}
{{- end -}}
{{- range $index, $account := $values.config.accounts -}}
{{- $where := printf "config.accounts[%d]" $index -}}
{{- if hasKey $account "api_token" -}}
{{- fail (printf "%s.api_token: would be in a ConfigMap for everybody to read: put the token into apiTokens.values, or into a Secret that apiTokens.existingSecret names" $where) -}}
{{- end -}}
{{- if not (or (hasKey $account "api_token_file") (hasKey $account "api_token_env")) -}}
{{- if not (include "exporter.secretName" $) -}}
{{- fail (printf "%s: there is no API token: name a Secret in apiTokens.existingSecret, or set apiTokens.values.%s" $where $values.apiTokens.defaultKey) -}}
{{- end -}}
{{- if and $values.apiTokens.values (not (hasKey $values.apiTokens.values $values.apiTokens.defaultKey)) -}}
{{- fail (printf "%s: reads the token %q, which apiTokens.values does not have: add it, or change apiTokens.defaultKey" $where $values.apiTokens.defaultKey) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if gt (int $values.shards.total) 1 -}}
{{- if not (dig "state" "baseline" "" $values.config) -}}
{{- fail "shards.total: more than 1 needs config.state.baseline, an instant such as 2026-01-01T00:00:00Z: a shard reads back to it what it takes over from another" -}}
{{- end -}}
{{- if gt (int $values.replicaCount) 1 -}}
{{- fail "replicaCount: must be 1 with shards.total above 1: for replicas of all shards install the chart twice" -}}
{{- end -}}
{{- end -}}
{{- if $values.persistence.existingClaim -}}
{{- if not $values.persistence.enabled -}}
{{- fail "persistence.existingClaim: is not used while persistence.enabled is false" -}}
{{- end -}}
{{- if or (gt (int $values.shards.total) 1) (gt (int $values.replicaCount) 1) -}}
{{- fail "persistence.existingClaim: belongs to one exporter: leave it out with shards.total or replicaCount above 1" -}}
{{- end -}}
{{- end -}}
{{- $strategy := dig "type" "" $values.updateStrategy -}}
{{- if and (eq $strategy "Recreate") (eq (include "exporter.kind" .) "StatefulSet") -}}
{{- fail "updateStrategy.type: a StatefulSet has no Recreate: OnDelete or RollingUpdate" -}}
{{- end -}}
{{- if and (eq $strategy "OnDelete") (eq (include "exporter.kind" .) "Deployment") -}}
{{- fail "updateStrategy.type: a Deployment has no OnDelete: Recreate or RollingUpdate" -}}
{{- end -}}
{{- if and $values.serviceMonitor.enabled $values.podMonitor.enabled -}}
{{- fail "serviceMonitor and podMonitor are both enabled: every pod would be scraped twice: keep one of the two" -}}
{{- end -}}
{{- end -}}
