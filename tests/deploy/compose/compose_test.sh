#!/usr/bin/env bash
# compose.yaml is valid, every file that it mounts is there, and what is mounted is laid out and checked by the program
# that reads it. compose_test.sh SCRATCH_FOLDER PROGRAMS_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
scratch=$1
bin=$2
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
compose=$repository/deploy/compose
rm -rf "$scratch"
mkdir -p "$scratch"
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true' EXIT

docker-compose -f "$compose/compose.yaml" config >"$scratch/compose.yaml" || fail "compose.yaml is not valid"
# of PYTHON: what it prints of `services`, `file` and so on.
of() { /usr/bin/python3 -c "import sys, yaml; file = yaml.safe_load(open(sys.argv[1])); services = file['services']; $1" "$scratch/compose.yaml"; }

# Without a variable it does not start with something else.
for variable in BUILDS_ACCOUNT_ID BUILDS_BASE_URL BUILDS_TOKEN_FILE; do
  said=$(env "$variable=" docker-compose -f "$compose/compose.yaml" config 2>&1) && fail "it does not need $variable"
  [[ $said == *"set it in deploy/compose/.env"* ]] || fail "without $variable it says: $said"
done
# The shell's variables win over .env; those that it has for an exporter of its own change nothing here.
CLOUDFLARE_ACCOUNT_ID=other CLOUDFLARE_API_TOKEN=other CLOUDFLARE_BASE_URL=http://other CLOUDFLARE_TOKEN_FILE=/other \
  docker-compose -f "$compose/compose.yaml" config >"$scratch/exported.yaml"
same "what the shell exports for an exporter is taken for what .env says" "$scratch/compose.yaml" "$scratch/exported.yaml"
# The profile of .env is the simulator's, and only the simulator has one.
profile=$(sed -n 's/^COMPOSE_PROFILES=//p' "$compose/.env")
found=$(of '[print(name, *services[name]["profiles"]) for name in services if "profiles" in services[name]]')
[ "$found" = "simulator ${profile:?}" ] || fail "the profile of .env is $profile, and those of the services are: $found"
# Nothing names a service that is none.
names=$(of 'print(*services)')
for name in simulator exporter prometheus alertmanager grafana; do
  [[ " $names " == *" $name "* ]] || fail "there is no service $name: $names"
done
while read -r host; do
  [[ " $names " == *" $host "* ]] || fail "$host is no service"
done < <(grep -hoE '(//|")[a-z]+:[0-9]+' "$compose"/*.yml "$compose/datasources.yaml" | sed -E 's/[^a-z]*([a-z]+):.*/\1/')
# What the exporter's image is made of is what this test has looked at.
[ "$(of 'print(services["exporter"]["image"] == services["simulator"]["image"])')" = True ] || fail "exporter and simulator are of two images"
dockerfile=$(of 'build = services["exporter"]["build"]; print(build["context"] + "/" + build["dockerfile"])')
[ -f "$dockerfile" ] || fail "there is no $dockerfile"

# Every service finds its files where its own configuration looks for them.
mounts() {
  of '[print(service, *volume.split(":")[:2])
       for service in services for volume in services[service].get("volumes", []) if volume.startswith("/")]'
}
while read -r service source target; do
  [ -e "$source" ] || fail "$service mounts $source, which is not there"
  mkdir -p "$scratch/$service$(dirname "$target")"
  cp -r "$source" "$scratch/$service$target"
done < <(mounts)
promtool check config "$scratch/prometheus/etc/prometheus/prometheus.yml" >"$scratch/promtool.txt" || fail "$(cat "$scratch/promtool.txt")"
for rules in "$repository"/deploy/prometheus/*.rules.yml; do
  grep -q "${rules##*/}" "$scratch/promtool.txt" || fail "Prometheus does not load ${rules##*/}"
done
amtool check-config "$scratch/alertmanager/etc/alertmanager/alertmanager.yml" >"$scratch/amtool.txt" || fail "$(cat "$scratch/amtool.txt")"
folder=$(sed -n 's/^ *path: //p' "$scratch"/grafana/etc/grafana/provisioning/dashboards/*.yaml)
[ -f "$scratch/grafana$folder/fleet.json" ] || fail "Grafana looks for dashboards in $folder, and there is none"

# What stands elsewhere, too, is the same here.
grep -v '^#' "$repository/grafana/provisioning/datasources/workers_builds.yaml" | sed 's|http://localhost:9090|http://prometheus:9090|' >"$scratch/expected.txt"
grep -v '^#' "$compose/datasources.yaml" >"$scratch/found.txt"
same "datasources.yaml is not that of grafana/provisioning" "$scratch/expected.txt" "$scratch/found.txt"
awk '/^inhibit_rules:/ { on = 1 } /^```/ { on = 0 } on' "$repository/deploy/prometheus/README.md" >"$scratch/expected.txt"
sed -n '/^inhibit_rules:/,$p' "$compose/alertmanager.yml" >"$scratch/found.txt"
[ -s "$scratch/expected.txt" ] || fail "deploy/prometheus/README.md has no inhibit_rules"
same "alertmanager.yml has other inhibit_rules than deploy/prometheus/README.md" "$scratch/expected.txt" "$scratch/found.txt"

# Simulator and exporter as they are started there, with addresses and paths of this machine.
# What `config` prints has $$ for $, as the file has.
mapfile -t simulator < <(of 'print(*services["simulator"]["entrypoint"], sep="\n")' | sed 's/\$\$/$/g; s/--listen=[^ ]*/--listen=127.0.0.1:0/')
mkdir "$scratch/shown"
printf '#!/bin/sh\necho "$@"\n' >"$scratch/shown/workers_builds_simulator"
chmod +x "$scratch/shown/workers_builds_simulator"
starts=$(for _ in 1 2 3 4; do PATH=$scratch/shown:$PATH "${simulator[@]}"; done | sort -u)
[ "$(wc -l <<<"$starts")" != 1 ] || fail "every start of the simulator makes the same builds: $starts"
PATH=$bin:$PATH "${simulator[@]}" >"$scratch/simulator.out" 2>&1 &
processes+=($!)
wait_for "the start of the simulator" grep -q '^listening on ' "$scratch/simulator.out"
configuration=$scratch/exporter/etc/workers-builds-exporter/exporter.yaml
token=$(of 'print(file["secrets"]["cloudflare-token"]["file"])')
[ "$(of 'print(*services["exporter"]["command"])')" = "--config.file=${configuration#"$scratch/exporter"}" ] || fail "the exporter reads another file than is mounted"
sed -i "s|/run/secrets/cloudflare-token|$token|" "$configuration"
CLOUDFLARE_ACCOUNT_ID=$(of 'print(services["exporter"]["environment"]["CLOUDFLARE_ACCOUNT_ID"])') \
  CLOUDFLARE_BASE_URL=$(sed -n 's/^listening on //p' "$scratch/simulator.out") \
  "$bin/workers_builds_exporter" --config.file="$configuration" --web.listen-address=127.0.0.1:0 2>"$scratch/exporter.log" &
processes+=($!)
wait_for "the start of the exporter" grep -q msg=listening "$scratch/exporter.log"
address=$(sed -n 's/.*msg=listening address=\([^ ]*\).*/\1/p' "$scratch/exporter.log")
is_up() { curl -s --noproxy '*' "$address/metrics" | grep '^cloudflare_workers_builds_up{.*} 1$' >/dev/null; }
wait_for "a page that says up" is_up
