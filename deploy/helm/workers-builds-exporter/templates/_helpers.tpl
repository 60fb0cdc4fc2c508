{{/* Names and labels. */}}

{{- define "exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimAll "-" -}}
{{- end -}}

{{/* At most 52 characters: Kubernetes appends a hash or an ordinal, the chart the name of a file of rules. No dots: it
is the name of a Service, too, and those of a release may have them. */}}
{{- define "exporter.fullname" -}}
{{- $name := include "exporter.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | replace "." "-" | trunc 52 | trimAll "-" -}}
{{- end -}}

{{- define "exporter.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "exporter.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
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
  name: {{ default (include "exporter.fullname" $context) .name | quote }}
  namespace: {{ default (include "exporter.namespace" $context) .namespace | quote }}
  labels:
    {{- merge (dict) (include "exporter.selectorLabels" $context | fromYaml) (default dict .labels) (include "exporter.labels" $context | fromYaml) | toYaml | nindent 4 }}
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

{{/* Why there is nothing to make objects of: (dict "value" ... "folder" ...). */}}
{{- define "exporter.noFiles" -}}
{{- fail (printf "%s: %s of the chart leads to no files: it is a symbolic link, take a checkout that has links, or what helm package makes of one" .value .folder) -}}
{{- end -}}

{{/* A map with the fields of a value in place of the chart's own: (dict "own" YAML "more" .Values...). */}}
{{- define "exporter.with" -}}
{{- $map := .own | fromYaml -}}
{{- range $key, $value := .more -}}
{{- $_ := set $map $key $value -}}
{{- end -}}
{{- toYaml $map -}}
{{- end -}}
