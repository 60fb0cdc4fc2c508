# shellcheck shell=bash
# What the benchmarks of the shipped program share: simulator and exporter on loopback. Sourced after `bin` is set.
: "${bin:?}"
folder=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop; rm -rf "$folder"' EXIT

# until_true SECONDS COMMAND...: asks again until the command succeeds.
pause=0.02
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "${0##*/}: gave up on: $*" >&2; exit 1; }
    sleep "$pause"
  done
}

start_simulator() { # <SCENARIO
  cat >"$folder/scenario.yaml"
  "$bin/workers_builds_simulator" --scenario="$folder/scenario.yaml" >"$folder/simulator" 2>"$folder/simulator.log" &
  pids+=($!)
  until_true 10 grep -q listening "$folder/simulator"
  base_url=$(sed -n 's/^listening on //p' "$folder/simulator")
  simulator_url=${base_url%/client/v4}
}

# With ten builds a script behind them, in one account.
scripts_that_build() { # SCRIPTS BUILDS_PER_HOUR
  cat <<EOF
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    script_count: $1
    history: $(($1 * 10))
    builds_per_hour: $2
rate_limit:
  requests: 1000000
EOF
}

# Lines for the configuration's section `api`, and sections behind it.
exporter_settings='  requests_per_5m: 100000'
start_exporter() { # FLAGS...
  cat >"$folder/exporter.yaml" <<EOF
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    api_token: simulated-token
api:
  base_url: $base_url
$exporter_settings
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
connected_scripts() {
  curl -fs "$simulator_url/_simulator/truth" |
    jq -r '.series[] | select(.name == "cloudflare_workers_builds_scripts" and .labels.connected == "true").value'
}
all_known() { # CONNECTED
  answers && grep -q '^cloudflare_workers_builds_history_pending_scripts{[^}]*} 0$' "$folder/page" &&
    grep -q "^cloudflare_workers_builds_scripts{[^}]*connected=\"true\"} $1\$" "$folder/page"
}
