{{/* The rules of deploy/prometheus, by file name, with what the values change: a map, as YAML. */}}
{{- define "exporter.rules" -}}
{{- $rule := .Values.prometheusRule -}}
{{- $prefix := "workers_builds:threshold:" -}}
{{- $alerts := list -}}
{{- $thresholds := list -}}
{{- $files := dict -}}
{{- $paths := .Files.Glob "files/prometheus/*.rules.yml" -}}
{{- if not $paths -}}
{{- include "exporter.noFiles" (dict "value" "prometheusRule.enabled" "folder" "files/prometheus") -}}
{{- end -}}
{{- range $path, $_ := $paths -}}
{{- $groups := list -}}
{{- range $group := ($.Files.Get $path | fromYaml).groups -}}
{{- $kept := list -}}
{{- range $entry := $group.rules -}}
{{- if hasKey $entry "alert" -}}
{{- $alerts = append $alerts $entry.alert -}}
{{- with $rule.runbookBaseUrl -}}
{{- $_ := set $entry.annotations "runbook_url" (print . $entry.annotations.runbook_url) -}}
{{- end -}}
{{- else if hasPrefix $prefix $entry.record -}}
{{- $name := trimPrefix $prefix $entry.record -}}
{{- $thresholds = append $thresholds $name -}}
{{- $number := get $rule.thresholds $name -}}
{{- if kindIs "map" $number -}}
{{- $number = get $number (dig "labels" "status" "" $entry) -}}
{{- end -}}
{{- if ne (toString $number) "" -}}
{{- $_ := set $entry "expr" (printf "vector(%v)" $number) -}}
{{- end -}}
{{- end -}}
{{- if not (and (hasKey $entry "alert") (has $entry.alert $rule.disabledAlerts)) -}}
{{- $kept = append $kept $entry -}}
{{- end -}}
{{- end -}}
{{- if $kept -}}
{{- $groups = append $groups (set $group "rules" $kept) -}}
{{- end -}}
{{- end -}}
{{- if $groups -}}
{{- $_ := set $files (base $path | trimSuffix ".rules.yml" | replace "_" "-") (dict "groups" $groups) -}}
{{- end -}}
{{- end -}}
{{- range $rule.disabledAlerts -}}
{{- if not (has . $alerts) -}}
{{- fail (printf "prometheusRule.disabledAlerts: there is no alert %q: there are %s" . (join ", " $alerts)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := $rule.thresholds -}}
{{- if not (has $name $thresholds) -}}
{{- fail (printf "prometheusRule.thresholds: there is no threshold %q: there are %s" $name (uniq $thresholds | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- toYaml $files -}}
{{- end -}}
