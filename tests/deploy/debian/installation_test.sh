#!/usr/bin/env bash
# The package goes into a bookworm, serves there, keeps what its owner changed, and goes without a trace.
# installation_test.sh SCRATCH_FOLDER ROOT_FOLDER SIMULATOR
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
need_root
scratch=$1
root=$scratch/installation
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true; rm -rf "$root"' EXIT
rm -rf "$root"
cp -a "$2" "$root"
cp "$scratch/package.deb" "$root/package.deb"
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@"; }
configuration=$root/etc/workers-builds-exporter/exporter.yaml

inside apt-get install -qq --no-install-recommends ./package.deb >"$scratch/apt.log" 2>&1 ||
  fail "it cannot be installed: $(cat "$scratch/apt.log")"

# It serves what it reads of the simulator.
"$3" --listen=127.0.0.1:0 >"$scratch/simulator.out" &
processes+=($!)
wait_for "the start of the simulator" grep -q '^listening on ' "$scratch/simulator.out"
sed -i 's/ACCOUNT_ID /023e105f4ecef8ad9ca31a8372d0c353 /' "$configuration"
echo simulated-token >"$root/etc/workers-builds-exporter/cloudflare-token"
CREDENTIALS_DIRECTORY=/etc/workers-builds-exporter CLOUDFLARE_BASE_URL=$(sed -n 's/^listening on //p' "$scratch/simulator.out") \
  chroot "$root" workers_builds_exporter --config.file=/etc/workers-builds-exporter/exporter.yaml \
  --web.listen-address=127.0.0.1:0 2>"$scratch/exporter.log" &
processes+=($!)
wait_for "the start of the exporter" grep -q msg=listening "$scratch/exporter.log"
address=$(sed -n 's/.*msg=listening address=\([^ ]*\).*/\1/p' "$scratch/exporter.log")
is_up() { curl -s --noproxy '*' "$address/metrics" | grep '^cloudflare_workers_builds_up{.*} 1$' >/dev/null; }
wait_for "a page that says up" is_up
kill "${processes[@]}"
wait "${processes[@]}" || fail "it does not end well: $(cat "$scratch/exporter.log")"
processes=()

# An upgrade does not touch what its owner changed.
cp "$configuration" "$scratch/changed.yaml"
inside dpkg -i /package.deb >"$scratch/dpkg.log" 2>&1 || fail "it cannot be upgraded: $(cat "$scratch/dpkg.log")"
same "an upgrade changed the configuration" "$scratch/changed.yaml" "$configuration"

inside dpkg --remove workers-builds-exporter >"$scratch/dpkg.log" 2>&1 || fail "it cannot be removed: $(cat "$scratch/dpkg.log")"
[ ! -e "$root/usr/bin/workers_builds_exporter" ] || fail "removed, its program is still there"
same "a removal changed the configuration" "$scratch/changed.yaml" "$configuration"

mkdir -p "$root/var/lib/private/workers-builds-exporter"
echo second-token >"$root/etc/workers-builds-exporter/second-token"
inside dpkg --purge workers-builds-exporter >"$scratch/dpkg.log" 2>&1 || fail "it cannot be purged: $(cat "$scratch/dpkg.log")"
left=$(find "$root/etc" "$root/usr" "$root/var" -name '*workers*builds*')
[ -z "$left" ] || fail "purged, it leaves:"$'\n'"$left"
