#!/usr/bin/env bash
# What the shipped program costs on this machine, against the simulator on loopback:
#   process_bench.sh BIN_DIR
# Time from exec to the first answer on /metrics, and resident memory once every script's history is known.
set -euo pipefail
bin=$1
folder=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop; rm -rf "$folder"' EXIT

# until_true SECONDS COMMAND...: asks again until the command succeeds.
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "process_bench: gave up on: $*" >&2; exit 1; }
    sleep 0.02
  done
}

start_simulator() { # SCRIPTS
  cat >"$folder/scenario.yaml" <<EOF
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    script_count: $1
    history: $(($1 * 10))
    builds_per_hour: 60
rate_limit:
  requests: 1000000
EOF
  "$bin/workers_builds_simulator" --scenario="$folder/scenario.yaml" >"$folder/simulator" 2>"$folder/simulator.log" &
  pids+=($!)
  until_true 10 grep -q listening "$folder/simulator"
  base_url=$(sed -n 's/^listening on //p' "$folder/simulator")
}

start_exporter() { # FLAGS...
  cat >"$folder/exporter.yaml" <<EOF
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    api_token: simulated-token
api:
  base_url: $base_url
  requests_per_5m: 100000
EOF
  : >"$folder/exporter.log"
  "$bin/workers_builds_exporter" --config.file="$folder/exporter.yaml" --web.listen-address=127.0.0.1:0 "$@" \
    2>"$folder/exporter.log" &
  exporter=$!
  pids+=("$exporter")
}

listening() {
  address=$(sed -n 's/.*msg=listening address=\([^ ]*\).*/\1/p' "$folder/exporter.log")
  [ -n "$address" ]
}
answers() { listening && curl -fs -o "$folder/page" "http://$address/metrics"; }
# A script that has builds and that nobody has looked at yet is not connected.
all_known() {
  local connected
  connected=$(curl -fs "${base_url%/client/v4}/_simulator/truth" |
    jq -r '.series[] | select(.name == "cloudflare_workers_builds_scripts" and .labels.connected == "true").value')
  answers && grep -q '^cloudflare_workers_builds_history_pending_scripts{[^}]*} 0$' "$folder/page" &&
    grep -q "^cloudflare_workers_builds_scripts{[^}]*connected=\"true\"} $connected\$" "$folder/page"
}

milliseconds() { date +%s%3N; }

start_simulator 20
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
start_simulator 20
begin=$(milliseconds)
start_exporter --state.path="$folder/state.db"
until_true 30 answers
printf 'the same with a state of 1,000,000 builds (%s bytes): %s ms, resident %s MiB\n' \
  "$(stat -c %s "$folder/state.db")" "$(($(milliseconds) - begin))" \
  "$(awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$exporter/status")"
stop

for scripts in 100 1000; do
  start_simulator "$scripts"
  start_exporter
  until_true 10 answers
  until_true 120 all_known
  printf '%s scripts: resident %s MiB, page %s bytes, %s samples\n' "$scripts" \
    "$(awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$exporter/status")" \
    "$(stat -c %s "$folder/page")" "$(grep -vc '^#' "$folder/page")"
  stop
done
