#!/usr/bin/env bash
# Simulator, exporter and Prometheus on loopback. demo.sh BIN_FOLDER [--for 60s]
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
readonly speed=60            # seconds of simulated time a second
readonly start_deadline=30   # seconds
readonly settle_before_end=3 # seconds before the end at which the simulated clock stops
readonly settle_deadline=330 # seconds: a build may hide another until its list is read, five minutes later at the latest
folder=
simulator=
exporter=
prometheus=

say() { printf '%s\n' "$@"; }

fail() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

stop_all() {
  local status=$? pid
  trap - EXIT INT TERM
  for pid in $prometheus $exporter $simulator; do kill "$pid" 2>/dev/null || true; done
  for pid in $prometheus $exporter $simulator; do wait "$pid" 2>/dev/null || true; done
  if [ "$status" != 0 ]; then tail -v -n 5 "$folder"/*.log >&2 || true; fi
  rm -rf "$folder"
  exit "$status"
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; all three must keep running meanwhile.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" 2>>"$folder/questions.log"; do
    check_running
    ((SECONDS < deadline)) || fail "$what did not happen in time"
    sleep 0.2
  done
}

check_running() {
  local name
  for name in simulator exporter prometheus; do
    if [ -n "${!name}" ] && ! kill -0 "${!name}" 2>/dev/null; then fail "the $name has ended by itself"; fi
  done
}

fetch() { curl -sSf --noproxy '*' --max-time 5 "$@"; }

# The values of an instant query, as a JSON object by the value of one label.
query_by() {
  fetch -G "$prometheus_url/api/v1/query" --data-urlencode "query=$2" |
    jq -cS --arg by "$1" '[.data.result[] | {(.metric[$by] // ""): (.value[1] | tonumber)}] | add // {}'
}

# A single number, empty while there is none.
query() { query_by "" "$1" | jq -r '.[""] // empty'; }

start_simulator() {
  "$bin/workers_builds_simulator" --listen=127.0.0.1:0 --speed=$speed --scenario="$here/scenario.yaml" \
    >"$folder/simulator.out" 2>"$folder/simulator.log" &
  simulator=$!
  wait_for $start_deadline "the start of the simulator" grep -q '^listening on ' "$folder/simulator.out"
  api_url=$(sed -n 's/^listening on //p' "$folder/simulator.out")
  simulator_url=${api_url%/client/v4}
}

start_exporter() {
  SIMULATOR_URL=$api_url "$bin/workers_builds_exporter" --config.file="$here/exporter.yaml" \
    --web.listen-address=127.0.0.1:0 2>"$folder/exporter.log" &
  exporter=$!
  wait_for $start_deadline "the start of the exporter" grep -q 'msg=listening' "$folder/exporter.log"
  exporter_address=$(sed -n 's/.*msg=listening address=\([^ ]*\).*/\1/p' "$folder/exporter.log")
}

prometheus_answers_or_ended() {
  fetch "$prometheus_url/-/ready" >/dev/null 2>&1 || ! kill -0 "$prometheus" 2>/dev/null
}

# Prometheus cannot pick a free port and say which: ports are tried until it stays.
start_prometheus() {
  local attempt candidate file
  sed "s/EXPORTER_ADDRESS/$exporter_address/" "$here/prometheus.yml" >"$folder/prometheus.yml"
  # Without intervals of their own, all rules are evaluated within seconds.
  mkdir "$folder/rules"
  for file in "$here"/../prometheus/*.rules.yml; do
    sed '/^    interval: /d' "$file" >"$folder/rules/${file##*/}"
  done
  for attempt in 1 2 3 4 5; do
    prometheus_url=http://127.0.0.1:$((20000 + RANDOM % 10000))
    prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
      --web.listen-address="${prometheus_url#http://}" 2>"$folder/prometheus.log" &
    candidate=$!
    prometheus=$candidate
    for ((deadline = SECONDS + start_deadline; SECONDS < deadline; )); do
      if prometheus_answers_or_ended; then break; fi
      sleep 0.2
    done
    if kill -0 "$candidate" 2>/dev/null && fetch "$prometheus_url/-/ready" >/dev/null; then return; fi
    kill "$candidate" 2>/dev/null || true
    wait "$candidate" || true
    prometheus=
  done
  fail "Prometheus did not start, $attempt times"
}

something_was_counted() {
  local completed
  completed=$(query 'sum(cloudflare_workers_builds_completed_total)') || return 1
  [ -n "$completed" ] && [ "$completed" != 0 ] && [ "$(query cloudflare_workers_builds_up)" = 1 ]
}

# How many of the rules are in each state: {"ok": 68}.
rules_by_health() {
  fetch "$prometheus_url/api/v1/rules" | jq -cS '[.data.groups[].rules[].health] | group_by(.) | map({(.[0]): length}) | add // {}'
}

every_rule_was_evaluated() { rules_by_health | jq -e '(.ok + .err > 0) and (has("unknown") | not)' >/dev/null; }

check_rules() {
  local wrong
  wrong=$(fetch "$prometheus_url/api/v1/rules" |
    jq -r '.data.groups[].rules[] | select(.health != "ok") | "\(.name): \(.health) \(.lastError // "")"')
  [ -z "$wrong" ] || fail "Prometheus cannot evaluate every rule:"$'\n'"$wrong"
}

show_what_prometheus_sees() {
  say "" "What Prometheus sees:"
  {
    query_by outcome 'sum by (outcome) (cloudflare_workers_builds_completed_total)' |
      jq -r 'to_entries[] | "  builds completed, \(.key)\t\(.value)"'
    query_by connected cloudflare_workers_builds_scripts |
      jq -r 'to_entries[] | "  scripts, connected \(.key)\t\(.value)"'
    printf '  up\t%s\n' "$(query cloudflare_workers_builds_up)"
    rules_by_health | jq -r 'to_entries[] | "  rules, \(.key)\t\(.value)"'
  } | column -t -s "$(printf '\t')"
}

# What the simulator knows, by outcome, counted from the exporter's baseline on.
truth() {
  local baseline
  baseline=$(query cloudflare_workers_builds_baseline_timestamp_seconds | jq -r '
    (. * 1000 | round) as $ms | ($ms / 1000 | floor | strftime("%Y-%m-%dT%H:%M:%S")) + ".\($ms % 1000 + 1000 | tostring[1:])Z"')
  fetch "$simulator_url/_simulator/truth?baseline=$baseline" | jq -cS '
    [.series[] | select(.name == "cloudflare_workers_builds_completed_total")]
    | group_by(.labels.outcome) | map({(.[0].labels.outcome): (map(.value) | add)}) | add // {}'
}

prometheus_agrees() {
  known=$(truth) && seen=$(query_by outcome 'sum by (outcome) (cloudflare_workers_builds_completed_total)') &&
    up=$(query cloudflare_workers_builds_up) && [ "$seen" = "$known" ] && [ "$up" = 1 ]
}

compare_with_the_truth() {
  local agrees=yes deadline=$((SECONDS + settle_deadline)) known={} seen={} up=
  fetch "$simulator_url/_simulator/clock" -d '{"speed":0}' >/dev/null
  until prometheus_agrees 2>>"$folder/questions.log"; do
    check_running
    if ((SECONDS >= deadline)); then
      agrees=no
      break
    fi
    sleep 0.2
  done
  say "" "Builds completed since the exporter's first look:"
  {
    printf '  outcome\tsimulator\tPrometheus\t\n'
    jq -nr --argjson known "$known" --argjson seen "$seen" '
      ($known + $seen | keys[]) | . as $outcome
      | "  \($outcome)\t\($known[$outcome] // "-")\t\($seen[$outcome] // "-")\t\(
          if $known[$outcome] == $seen[$outcome] then "" else "differs" end)"'
    printf '  up\t1\t%s\t%s\n' "${up:--}" "$([ "$up" = 1 ] || echo differs)"
  } | column -t -s "$(printf '\t')" | sed 's/ *$//'
  [ "$agrees" = yes ] || fail "Prometheus does not see what the simulator knows, $settle_deadline s after its clock stopped"
  [ "$(jq -n --argjson known "$known" '[$known[]] | add // 0')" != 0 ] || fail "no build was completed"
}

show_alerts() {
  local alerts
  alerts=$(query_by alertname 'count by (alertname) (ALERTS{alertstate="firing"})')
  [ "$alerts" != "{}" ] || return 0
  say "" "Alerts that fire:"
  jq -r 'to_entries[] | "  \(.key)\t\(.value)"' <<<"$alerts" | column -t -s "$(printf '\t')"
}

# Returns after so many seconds, or fails when one of the three ends.
let_it_run() {
  sleep "$1" &
  wait -n $! "$simulator" "$exporter" "$prometheus" || true
  check_running
}

usage() {
  say "demo.sh: $1" "usage: demo.sh BIN_FOLDER [--for 60s]" >&2
  exit 2
}

[ $# -ge 1 ] || usage "the folder with the programs is missing"
readonly bin=$1
shift
run_for=
while [ $# -gt 0 ]; do
  case $1 in
    --for) [ $# -ge 2 ] || usage "--for needs a duration"; run_for=$2; shift 2 ;;
    --for=*) run_for=${1#--for=}; shift ;;
    *) usage "unexpected argument '$1'" ;;
  esac
done
if [ -n "$run_for" ]; then
  [[ $run_for =~ ^([1-9][0-9]{0,5})([sm])$ ]] || usage "--for: '$run_for' is no duration: expected seconds or minutes, like 60s or 5m"
  run_for=${BASH_REMATCH[1]}
  [ "${BASH_REMATCH[2]}" = s ] || run_for=$((run_for * 60))
fi

folder=$(mktemp -d)
trap stop_all EXIT
trap 'exit 0' INT TERM
start_simulator
start_exporter
start_prometheus
say "Prometheus  $prometheus_url/graph" \
  "Alerts      $prometheus_url/alerts" \
  "Exporter    http://$exporter_address/" \
  "Simulator   $simulator_url/_simulator/truth"
[ -n "$run_for" ] || say "Ctrl-C ends it."
wait_for $start_deadline "a completed build in Prometheus" something_was_counted
wait_for $start_deadline "an evaluation of every rule" every_rule_was_evaluated
check_rules
show_what_prometheus_sees
if [ -z "$run_for" ]; then
  wait -n || true
  check_running
fi
remaining=$((run_for - SECONDS - settle_before_end))
if ((remaining > 0)); then let_it_run "$remaining"; fi
compare_with_the_truth
show_alerts
check_rules
