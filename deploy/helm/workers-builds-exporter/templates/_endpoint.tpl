{{/* What a ServiceMonitor and a PodMonitor say alike of an endpoint: (dict "context" $ "monitor" .Values.serviceMonitor). */}}
{{- define "exporter.endpoint" -}}
- {{ include "exporter.with" (dict "own" (include "exporter.ownEndpoint" .) "more" .monitor.extraEndpoint) | nindent 2 | trim }}
{{- end -}}

{{- define "exporter.ownEndpoint" -}}
{{- $monitor := .monitor -}}
port: http
{{- $path := "" }}
{{- range .context.Values.extraArgs }}
{{- if hasPrefix "--web.telemetry-path=" . }}
{{- $path = trimPrefix "--web.telemetry-path=" . }}
{{- end }}
{{- end }}
{{- with $path }}
path: {{ . | quote }}
{{- end }}
{{- with $monitor.interval }}
interval: {{ . }}
{{- end }}
{{- with $monitor.scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
relabelings:
  # Series go on over a restart when the target keeps its labels, whatever address the pod has then.
  {{- if eq (include "exporter.kind" .context) "StatefulSet" }}
  - sourceLabels: [__meta_kubernetes_namespace, __meta_kubernetes_pod_name]
    separator: /
    targetLabel: instance
  {{- else }}
  - targetLabel: instance
    replacement: {{ include "exporter.namespace" .context }}/{{ include "exporter.fullname" .context }}
  - action: labeldrop
    regex: pod
  {{- end }}
  {{- with $monitor.relabelings }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $monitor.metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
