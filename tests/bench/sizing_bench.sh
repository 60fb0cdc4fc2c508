#!/usr/bin/env bash
# What one exporter needs for so many scripts, as a table: sizing_bench.sh BIN_DIR [SCRIPTS...]
# Default intervals, a budget that stops nothing, a state file, a scrape with gzip every 15 s; each script has five builds a
# day. Requests and CPU are of 100 s, begun when every script is known.
set -euo pipefail
bin=$1
shift
[ $# -gt 0 ] || set -- 10 100 1000 10000
# shellcheck source-path=SCRIPTDIR source=against_simulator.sh
. "$(dirname "${BASH_SOURCE[0]}")/against_simulator.sh"
readonly scrapes=7 scrape_interval=15 budget=600

everything_is_known() { all_known "$(connected_scripts)"; }

requests() { awk '/^workers_builds_exporter_api_requests_total\{/ {sum += $2} END {print sum}' "$folder/page"; }
cpu_ticks() { awk '{sub(/.*\) /, ""); print $12 + $13}' "/proc/$exporter/stat"; }

row() { # SCRIPTS
  start_simulator < <(scripts_that_build "$1" $(($1 * 5 / 24 + 1)))
  start_exporter --state.path="$folder/$1.db"
  until_true 10 answers
  until_true 300 everything_is_known
  local began requests_before ticks_before
  requests_before=$(requests)
  ticks_before=$(cpu_ticks)
  began=$(date +%s%3N)
  for ((i = 0; i < scrapes; ++i)); do
    sleep $scrape_interval
    curl -fs -H 'Accept-Encoding: gzip' -o "$folder/page.gz" "http://$address/metrics"
  done
  gunzip -c "$folder/page.gz" >"$folder/page"
  awk -v scripts="$1" -v ms="$(($(date +%s%3N) - began))" -v requests="$(($(requests) - requests_before))" \
    -v ticks="$(($(cpu_ticks) - ticks_before))" -v hertz="$(getconf CLK_TCK)" -v budget="$budget" \
    -v rss="$(awk '/^VmRSS/ {print $2}' "/proc/$exporter/status")" -v gzip="$(stat -c %s "$folder/page.gz")" '
    !/^#/ {samples++}
    $1 == "workers_builds_exporter_state_size_bytes" {state = $2}
    END {
      per_window = requests * 300000 / ms
      stretch = per_window / (0.95 * budget)
      intervals = "as configured"
      if (stretch > 1) intervals = sprintf("%.1f times as long", stretch)
      printf "| %d | %d | %.2f MB | %.0f | %s | %.0f MiB | %.2f %% | %.2f MB |\n", scripts, samples, gzip / 1e6, per_window,
        intervals, rss / 1024, ticks * 100000 / hertz / ms, state / 1e6
    }' "$folder/page"
  stop
}

echo '| scripts | series | a scrape, gzip | requests per 5 min | intervals with 600 of them | memory | CPU of one core | state |'
echo '| --- | --- | --- | --- | --- | --- | --- | --- |'
for scripts in "$@"; do row "$scripts"; done
