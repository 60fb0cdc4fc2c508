{{/* What no schema can say, or not so that one knows what to do. */}}
{{- define "exporter.check" -}}
{{- $values := .Values -}}
{{- if not $values.config.accounts -}}
{{- fail "config.accounts: lists no account: add one, for example --set-string 'config.accounts[0].id=ACCOUNT_ID'" -}}
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
{{- $key := trimPrefix "/run/secrets/workers-builds-exporter/" (default "" $account.api_token_file) -}}
{{- if and $values.apiTokens.values (ne $key (default "" $account.api_token_file)) (not (hasKey $values.apiTokens.values $key)) -}}
{{- fail (printf "%s.api_token_file: reads the token %q, which apiTokens.values does not have: add it, or name one of %s" $where $key (keys $values.apiTokens.values | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- if gt (int $values.shards.total) 1 -}}
{{- if not (dig "state" "baseline" "" $values.config) -}}
{{- fail "shards.total: more than 1 needs config.state.baseline, an instant such as 2026-01-01T00:00:00Z: a shard reads back to it what it takes over from another" -}}
{{- end -}}
{{- if gt (int $values.replicaCount) 1 -}}
{{- fail "replicaCount: must be 1 with shards.total above 1: for replicas of all shards install the chart twice, each with half of config.api.requests_per_5m; see the README" -}}
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
{{- include "exporter.checkState" . -}}
{{- include "exporter.checkDisruptions" . -}}
{{- range $key := list "base_url" "proxy_url" -}}
{{- $password := include "exporter.password" (dig "api" $key "" $values.config) -}}
{{- if and $password (not (regexMatch "^(\\$\\{\\w+\\})+$" $password)) -}}
{{- fail (printf "config.api.%s: its password would be in a ConfigMap for everybody to read: write ${NAME} for it, and set NAME in extraEnv, from a Secret" $key) -}}
{{- end -}}
{{- end -}}
{{- include "exporter.checkEgress" . -}}
{{- end -}}

{{/* Outside of the volumes nothing can be written, and nothing stays. */}}
{{- define "exporter.checkState" -}}
{{- $folders := list "/var/lib/workers-builds-exporter" -}}
{{- range .Values.extraVolumeMounts -}}
{{- if not .readOnly -}}
{{- $folders = append $folders (trimSuffix "/" .mountPath) -}}
{{- end -}}
{{- end -}}
{{- $path := dig "state" "path" "" .Values.config | default "" | toString -}}
{{- $inside := or (not $path) (contains "${" $path) -}}
{{- range $folders -}}
{{- if hasPrefix (printf "%s/" .) (clean $path) -}}
{{- $inside = true -}}
{{- end -}}
{{- end -}}
{{- if not $inside -}}
{{- fail (printf "config.state.path: %s is in no volume that can be written to: leave it out, or name a file in one of %s" $path (join ", " $folders)) -}}
{{- end -}}
{{- end -}}

{{/* A budget that lets no pod go holds up the drain of its node. */}}
{{- define "exporter.checkDisruptions" -}}
{{- $budget := .Values.podDisruptionBudget -}}
{{- $pods := max .Values.shards.total .Values.replicaCount | int -}}
{{- if and $budget.enabled .Values.replicaCount -}}
{{- if not (kindIs "invalid" $budget.minAvailable) -}}
{{- $least := toString $budget.minAvailable -}}
{{- if hasSuffix "%" $least -}}
{{- $least = divf (mulf (trimSuffix "%" $least) $pods) 100 | ceil -}}
{{- end -}}
{{- if ge (int $least) $pods -}}
{{- fail (printf "podDisruptionBudget.minAvailable: %v of %d pods may never be evicted, and the drain of a node would wait forever: make it less, or set maxUnavailable instead" $budget.minAvailable $pods) -}}
{{- end -}}
{{- else if has (toString $budget.maxUnavailable) (list "0" "0%" "<nil>") -}}
{{- fail "podDisruptionBudget.maxUnavailable: lets no pod be evicted, and the drain of a node would wait forever: 1 or more" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The login of a URL has a password after its first colon. */}}
{{- define "exporter.password" -}}
{{- regexReplaceAll "^([A-Za-z]+://)?[^:@]*:?(.*)@[^@]*$|^.*$" (default "" . | toString) "${2}" -}}
{{- end -}}

{{/* The policy lets the exporter out to where its configuration sends it. The loopback is not its business. */}}
{{- define "exporter.checkEgress" -}}
{{- $policy := .Values.networkPolicy -}}
{{- $api := default dict .Values.config.api -}}
{{- $key := ternary "proxy_url" "base_url" (not (empty $api.proxy_url)) -}}
{{- $url := get $api $key | default "https://api.cloudflare.com" | toString -}}
{{- $address := regexReplaceAll "^([A-Za-z]+://)?(.*@)?([^/@]*).*$" $url "${3}" -}}
{{- $local := regexMatch "^(localhost|127\\.[0-9.]+|\\[::1\\])(:|$)" $address -}}
{{- if and $policy.enabled (not $local) (not (contains "$" $address)) -}}
{{- $written := regexFind ":[0-9]+$" $address | trimPrefix ":" -}}
{{- $port := default (ternary 443 80 (hasPrefix "https://" (lower $url))) $written | int -}}
{{- $open := false -}}
{{- range $policy.egressPorts -}}
{{- $open = or $open (eq (int .) $port) -}}
{{- end -}}
{{- range $policy.extraEgress -}}
{{- $open = or $open (empty .ports) -}}
{{- range .ports -}}
{{- $first := default 1 .port -}}
{{- $last := default (default 65535 .port) .endPort -}}
{{- $inside := or (kindIs "string" $first) (and (le (int $first) $port) (ge (int $last) $port)) -}}
{{- $open = or $open (and $inside (eq (default "TCP" .protocol) "TCP")) -}}
{{- end -}}
{{- end -}}
{{- if not $open -}}
{{- fail (printf "networkPolicy: lets nothing out to port %d, which config.api.%s needs: add it to networkPolicy.egressPorts" $port $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
