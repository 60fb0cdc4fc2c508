#!/usr/bin/env bash
# What the shipped program costs on this machine, against the simulator on loopback:
#   process_bench.sh BIN_DIR
# Time from exec to the first answer on /metrics, and resident memory once every script's history is known.
set -euo pipefail
bin=$1
# shellcheck source-path=SCRIPTDIR source=against_simulator.sh
. "$(dirname "${BASH_SOURCE[0]}")/against_simulator.sh"

# The account has builds that come meanwhile.
everything_is_known() { all_known "$(connected_scripts)"; }

milliseconds() { date +%s%3N; }

start_simulator < <(scripts_that_build 20 60)
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
start_simulator < <(scripts_that_build 20 60)
begin=$(milliseconds)
start_exporter --state.path="$folder/state.db"
until_true 30 answers
printf 'the same with a state of 1,000,000 builds (%s bytes): %s ms, resident %s MiB\n' \
  "$(stat -c %s "$folder/state.db")" "$(($(milliseconds) - begin))" \
  "$(awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$exporter/status")"
stop

for scripts in 100 1000; do
  start_simulator < <(scripts_that_build "$scripts" 60)
  start_exporter
  until_true 10 answers
  until_true 120 everything_is_known
  printf '%s scripts: resident %s MiB, page %s bytes, %s samples\n' "$scripts" \
    "$(awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$exporter/status")" \
    "$(stat -c %s "$folder/page")" "$(grep -vc '^#' "$folder/page")"
  stop
done
