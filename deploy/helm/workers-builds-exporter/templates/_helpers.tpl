{{/* Names and labels. */}}

{{- define "exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 52 characters: Kubernetes appends a hash or an ordinal, the chart the name of a file of rules. */}}
{{- define "exporter.fullname" -}}
{{- $name := include "exporter.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "exporter.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "exporter.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "exporter.selectorLabels" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* metadata of an object: (dict "context" $ "name" ... "namespace" ... "labels" ... "annotations" ...); only context is needed. */}}
{{- define "exporter.metadata" -}}
{{- $context := .context -}}
metadata:
  name: {{ default (include "exporter.fullname" $context) .name }}
  namespace: {{ default (include "exporter.namespace" $context) .namespace }}
  labels:
    {{- merge (deepCopy (default dict .labels)) (include "exporter.labels" $context | fromYaml) | toYaml | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "exporter.serviceAccountName" -}}
{{- $made := ternary (include "exporter.fullname" .) "default" .Values.serviceAccount.create -}}
{{- default $made .Values.serviceAccount.name -}}
{{- end -}}

{{- define "exporter.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{/* The Secret that the tokens are in; empty: there is none. */}}
{{- define "exporter.secretName" -}}
{{- if .Values.apiTokens.values -}}
{{ include "exporter.fullname" . }}
{{- else -}}
{{ .Values.apiTokens.existingSecret }}
{{- end -}}
{{- end -}}

{{/* Who has a volume or others beside it keeps its name, and there are never two of that name: a StatefulSet's pod. */}}
{{- define "exporter.kind" -}}
{{- $pods := max .Values.shards.total .Values.replicaCount -}}
{{- ternary "StatefulSet" "Deployment" (or .Values.persistence.enabled (gt (int $pods) 1)) -}}
{{- end -}}
