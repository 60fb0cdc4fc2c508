#!/usr/bin/env bash
# What the service may do is little, and its configuration complete. exposure_test.sh SCRATCH_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
root=$1/unpacked
# In tenths: 2.0 is the most exposure that is taken.
systemd-analyze security --offline=true --threshold=20 --no-pager \
  "$root/usr/lib/systemd/system/workers-builds-exporter.service" >"$1/security.txt" ||
  fail "the service is exposed by more than 2.0:"$'\n'"$(cat "$1/security.txt")"
tail -n 1 "$1/security.txt"

# The configuration of the service is complete but for what only its owner knows.
said=$(CREDENTIALS_DIRECTORY=$1 "$root/usr/bin/workers_builds_exporter" --config.check \
  --config.file="$root/etc/workers-builds-exporter/exporter.yaml" 2>&1) && fail "an account id was made up"
[[ $said == *"accounts[0].id: "*"32 hex digits"* ]] || fail "the error does not say that the account's id is missing: $said"
[[ $(grep -c exporter.yaml: <<<"$said") == 2 && $said == *"api_token_file: "*"no such file"* ]] ||
  fail "the configuration has other mistakes than the id and the token: $said"
