#!/usr/bin/env bash
# What a scrape costs, against what others send the same page with:
#   peers_bench.sh BIN_DIR [--scripts N] [--seconds S]
# Prints a Markdown table and the ratios that must hold; ends with 1 when one does not. The ratios are meant for the
# default of --scripts, with which the page has about 300,000 samples. Each row is measured for S seconds, longer when five
# scrapes take longer, and those of the exporter and of nginx $rounds times.
set -euo pipefail
bin=$(realpath "$1")
shift
scripts=5000
seconds=3
rounds=5
while [ $# -gt 0 ]; do
  case $1 in
    --scripts) scripts=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    *) echo "peers_bench.sh: unexpected argument '$1'" >&2; exit 2 ;;
  esac
done
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=against_simulator.sh
. "$here/against_simulator.sh"
PATH=$PATH:/usr/sbin
results=$folder/results

say() { printf '%s\n' "$*" >&2; }
fail() { say "peers_bench: $*"; exit 1; }

# Equally busy scripts, so that a short history has a build of every one.
scenario() { # SCRIPTS BUILDS_PER_HOUR SLOTS
  cat <<EOF
accounts:
  - id: 023e105f4ecef8ad9ca31a8372d0c353
    builds_per_hour: $2
    slots: $3
    history: $(($1 * 12))
    scripts:
$(seq -f '      - {name: worker-%05.0f, weight: 1}' "$1")
rate_limit:
  requests: 1000000
EOF
}

# measure NAME PID URL ENCODING READERS: one row.
measure() {
  say "measuring $1, $4, readers: $5"
  "$bin/scrape_bench" "$@" "$seconds" >>"$results"
}
measure_all() { # NAME PID URL
  local readers encoding
  # One reader first: what eight of them make a server keep does not count as what one needs.
  for readers in 1 8; do
    for encoding in gzip identity; do measure "$@" "$encoding" "$readers"; done
  done
}
# In turn, so that what else the machine does for a while does not hit one row alone.
measure_in_rounds() { # NAME PID URL
  for ((round = 0; round < rounds; ++round)); do measure_all "$@"; done
}

page_of() { curl -fsS --noproxy '*' -H "Accept-Encoding: $2" -o "$3" "$1"; } # URL ENCODING FILE
samples_of() { grep -vc '^#' "$1"; }
# Without what the exporter says about itself, which every scrape changes.
api_part_of() { grep -Ev '^(# (HELP|TYPE) )?(workers_builds_exporter_|process_)' "$1"; }

# start_known_exporter SCRIPTS: all of an account's history is known.
start_known_exporter() {
  rm -f "$folder"/state.db*
  start_exporter --state.path="$folder/state.db"
  say "waiting until the exporter knows $1 scripts"
  pause=0.5 until_true 600 all_known "$1"
  url=http://$address/metrics
}
# start_still_exporter SCRIPTS: nothing happens in the account, so that the page stays the same.
start_still_exporter() {
  start_simulator < <(scenario "$1" 0 6)
  curl -fsS "$simulator_url/_simulator/clock" -d '{"speed": 0}' >/dev/null
  start_known_exporter "$1"
}

measure_exporter_alone() { # SCRIPTS
  start_still_exporter "$1"
  measure_all "exporter, $1 scripts, $(samples_of "$folder/page") samples" "$exporter" "$url"
  stop
}

measure_exporter() {
  start_still_exporter "$scripts"
  page_of "$url" identity "$folder/before"
  page_of "$url" gzip "$folder/metrics.gz"
  measure_in_rounds exporter "$exporter" "$url"
  page_of "$url" identity "$folder/metrics"
  cmp -s <(api_part_of "$folder/before") <(api_part_of "$folder/metrics") || fail "the page did not stand still"
  gzip -dc "$folder/metrics.gz" | api_part_of - | cmp -s - <(api_part_of "$folder/metrics") || fail "gzip is another page"
  stop
}

# start_peer COMMAND...: it says on stdout where it listens.
start_peer() {
  "$@" >"$folder/peer" 2>"$folder/peer.log" &
  peer=$!
  pids+=("$peer")
  until_true 120 grep -q '^listening on ' "$folder/peer"
  url=$(sed -n 's/^listening on //p' "$folder/peer")
}

# within_a_tenth WHAT ONE OTHER
within_a_tenth() {
  awk -v one="$2" -v other="$3" 'BEGIN { exit !(one > other * 0.9 && one < other * 1.1) }' || fail "$1: $2 against $3"
}

# measure_peer NAME COMMAND...
measure_peer() {
  local name=$1
  shift
  start_peer "$@"
  page_of "$url" identity "$folder/peer_page"
  within_a_tenth "samples of $name" "$(samples_of "$folder/peer_page")" "$(samples_of "$folder/metrics")"
  within_a_tenth "bytes of $name" "$(stat -c %s "$folder/peer_page")" "$(stat -c %s "$folder/metrics")"
  measure_all "$name" "$peer" "$url"
  stop
}

# nginx cannot pick a free port: some are tried. Its worker does the work.
nginx_answers_or_ended() { page_of "$url" identity /dev/null 2>/dev/null || ! kill -0 "$peer" 2>/dev/null; }
measure_nginx() {
  local port root_user=
  # As root its worker would become someone who cannot read the folder.
  [ "$(id -u)" != 0 ] || root_user='user root;'
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000))
    url=http://127.0.0.1:$port/metrics
    sed -e "s|FOLDER|$folder|g" -e "s|PORT|$port|" -e "s|USER|$root_user|" "$here/peers/nginx.conf" >"$folder/nginx.conf"
    nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" 2>"$folder/peer.log" &
    peer=$!
    pids+=("$peer")
    until_true 10 nginx_answers_or_ended
    ! kill -0 "$peer" 2>/dev/null || break
  done
  measure_in_rounds nginx "$(pgrep -P "$peer")" "$url"
  stop
}

# What was counted until now, of all scripts.
changes_in() {
  awk '/^cloudflare_workers_builds_(submitted|completed)_total/ { sum += $NF } END { printf "%d", sum }' "$1"
}
# Builds begin 50 times a second, each of another script, and as many end: 100 changes a second if the exporter keeps up.
measure_changing() {
  local began took
  start_simulator < <(scenario "$scripts" 180000 100000)
  # So long that as many end as begin.
  curl -fsS "$simulator_url/_simulator/clock" -d '{"advance": 900}' >/dev/null
  exporter_settings='  requests_per_5m: 100000
  concurrency: 16
poll: {interval: 1s, active_interval: 1s, idle_interval: 1s}'
  start_known_exporter "$scripts"
  page_of "$url" identity "$folder/before"
  began=$(date +%s%N)
  measure "exporter, while CHANGES" "$exporter" "$url" gzip 1
  page_of "$url" identity "$folder/after"
  took=$(($(date +%s%N) - began))
  awk -v changes="$(($(changes_in "$folder/after") - $(changes_in "$folder/before")))" -v took="$took" \
    'BEGIN { printf "%.0f scripts a second change", changes / took * 1e9 }' >"$folder/changes"
  sed -i "s/CHANGES/$(<"$folder/changes")/" "$results"
  stop
}

build_peers() {
  (cd "$here/peers" && GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$folder/promhttp_peer" promhttp_peer.go)
  (cd "$here/peers/prom_client" && npm ci --no-audit --no-fund --silent)
}

build_peers
measure_exporter
awk -f "$here/peers/flatten.awk" "$folder/metrics" >"$folder/samples"
measure_nginx
measure_peer Exposer "$bin/exposer_peer" "$folder/samples"
measure_peer client_golang "$folder/promhttp_peer" "$folder/samples"
measure_peer prom-client node "$here/peers/prom_client/server.js" "$folder/samples"
measure_exporter_alone 1000
measure_exporter_alone 10000
measure_changing
printf 'Page: %s samples, %s bytes.\n\n' "$(samples_of "$folder/metrics")" "$(stat -c %s "$folder/metrics")"
awk -f "$here/peers/report.awk" "$results"
