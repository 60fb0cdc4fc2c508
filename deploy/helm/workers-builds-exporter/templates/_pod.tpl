{{/* The pod, of a Deployment or of a StatefulSet. */}}
{{- define "exporter.pod" -}}
metadata:
  labels:
    {{- merge (dict) (include "exporter.selectorLabels" . | fromYaml) .Values.podLabels (include "exporter.labels" . | fromYaml) | toYaml | nindent 4 }}
  annotations:
    # The configuration is read at the start. A token's file is read again when it changes: its Secret has no sum here.
    checksum/config: {{ include "exporter.config" . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- include "exporter.with" (dict "own" (include "exporter.podSpec" .) "more" .Values.extraPodSpec) | nindent 2 }}
{{- end -}}

{{- define "exporter.podSpec" -}}
{{- $secret := include "exporter.secretName" . -}}
{{- $sharded := gt (int .Values.shards.total) 1 -}}
serviceAccountName: {{ include "exporter.serviceAccountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.extraInitContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: exporter
    image: {{ include "exporter.image" . | quote }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    args:
      - --config.file=/etc/workers-builds-exporter/exporter.yaml
      - --web.listen-address=:{{ .Values.containerPort }}
      {{- if $sharded }}
      - --shard.total={{ .Values.shards.total }}
      {{- end }}
      {{- with .Values.extraArgs }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    env:
      - name: STATE_DIRECTORY
        value: /var/lib/workers-builds-exporter
      {{- if $sharded }}
      # The ordinal at its end says which shard this is.
      - name: POD_NAME
        valueFrom: {fieldRef: {fieldPath: metadata.name}}
      {{- end }}
      {{- with .Values.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with .Values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    ports:
      - name: http
        containerPort: {{ .Values.containerPort }}
    {{- range $probe := list "startupProbe" "livenessProbe" "readinessProbe" }}
    {{- with index $.Values $probe }}
    {{- /* Helm merges another way of probing with the default one, and Kubernetes takes one only. */}}
    {{- $others := or .tcpSocket .exec .grpc }}
    {{ $probe }}:
      {{- ternary (omit . "httpGet") . (not (empty $others)) | toYaml | nindent 6 }}
    {{- end }}
    {{- end }}
    {{- with .Values.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .Values.securityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    volumeMounts:
      - name: config
        mountPath: /etc/workers-builds-exporter
        readOnly: true
      {{- if $secret }}
      - name: api-tokens
        mountPath: /run/secrets/workers-builds-exporter
        readOnly: true
      {{- end }}
      - name: state
        mountPath: /var/lib/workers-builds-exporter
      {{- with .Values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with .Values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "exporter.fullname" . | quote }}
  {{- if $secret }}
  - name: api-tokens
    secret:
      secretName: {{ $secret | quote }}
      defaultMode: 0440
  {{- end }}
  {{- if .Values.persistence.existingClaim }}
  - name: state
    persistentVolumeClaim:
      claimName: {{ .Values.persistence.existingClaim | quote }}
  {{- else if not .Values.persistence.enabled }}
  - name: state
    emptyDir: {}
  {{- end }}
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $.Values $field }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- $selector := dict "labelSelector" (dict "matchLabels" (include "exporter.selectorLabels" $ | fromYaml)) }}
  {{- range . }}
  - {{ hasKey . "labelSelector" | ternary . (merge (deepCopy .) $selector) | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- end -}}
