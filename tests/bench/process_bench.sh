#!/usr/bin/env bash
# What the shipped program costs on this machine, against the simulator on loopback:
#   process_bench.sh BIN_DIR
# Time from exec to the first answer on /metrics, and resident memory once every script's history is known.
set -euo pipefail
bin=$1
# shellcheck source-path=SCRIPTDIR source=against_simulator.sh
. "$(dirname "${BASH_SOURCE[0]}")/against_simulator.sh"

scenario() { # SCRIPTS
  cat <<EOF
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    script_count: $1
    history: $(($1 * 10))
    builds_per_hour: 60
rate_limit:
  requests: 1000000
EOF
}
# The account has builds that come meanwhile.
everything_is_known() { all_known "$(connected_scripts)"; }

milliseconds() { date +%s%3N; }

start_simulator < <(scenario 20)
times=()
for _ in 1 2 3 4 5; do
  begin=$(milliseconds)
  start_exporter
  until_true 10 answers
  times+=($(($(milliseconds) - begin)))
  kill "$exporter" && wait "$exporter"
done
printf 'from exec to the first answer on /metrics: median %s ms of %s\n' \
  "$(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p)" "${times[*]}"
stop

"$bin/make_state" "$folder/state.db" 1000000
start_simulator < <(scenario 20)
begin=$(milliseconds)
start_exporter --state.path="$folder/state.db"
until_true 30 answers
printf 'the same with a state of 1,000,000 builds (%s bytes): %s ms, resident %s MiB\n' \
  "$(stat -c %s "$folder/state.db")" "$(($(milliseconds) - begin))" \
  "$(awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$exporter/status")"
stop

for scripts in 100 1000; do
  start_simulator < <(scenario "$scripts")
  start_exporter
  until_true 10 answers
  until_true 120 everything_is_known
  printf '%s scripts: resident %s MiB, page %s bytes, %s samples\n' "$scripts" \
    "$(awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$exporter/status")" \
    "$(stat -c %s "$folder/page")" "$(grep -vc '^#' "$folder/page")"
  stop
done
