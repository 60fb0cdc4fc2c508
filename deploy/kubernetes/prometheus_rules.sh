#!/usr/bin/env bash
# Prints the rules of deploy/prometheus as PrometheusRules: prometheus_rules.sh [LABEL=VALUE...] | kubectl apply -f -
# An operator's Prometheus takes those that have the labels of its ruleSelector, such as release=kube-prometheus-stack.
set -euo pipefail
rules=$(dirname "${BASH_SOURCE[0]}")/../prometheus

for file in "$rules"/*.rules.yml; do
  name=$(basename "$file" .rules.yml)
  printf -- '---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n'
  printf '  name: workers-builds-%s\n  labels:\n    app.kubernetes.io/name: workers-builds-exporter\n' "${name//_/-}"
  for label in "$@"; do printf '    %s: "%s"\n' "${label%%=*}" "${label#*=}"; done
  printf 'spec:\n'
  sed 's/^/  /' "$file"
done
