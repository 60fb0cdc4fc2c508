#!/usr/bin/env bash
# Exporter and simulator run from the image as a careful runtime runs them: the image's user, a read-only file system,
# no way to more rights; in a network of their own. image_test.sh SCRATCH_FOLDER README
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
need_root
if [ "${3-}" != inside ]; then
  # All that is started ends with this namespace.
  exec unshare --mount --mount-proc --net --pid --fork --kill-child -- "$0" "$1" "$2" inside
fi
scratch=$1
readme=$2
ip link set lo up
mount --make-rprivate /
buildah() { command buildah --storage-driver vfs --root "$scratch/storage" --runroot "$scratch/run" "$@"; }
buildah inspect --type image localhost/workers-builds-exporter >"$scratch/image.json"
config() { jq -e -r ".Docker.config.$1" "$scratch/image.json"; }

# expect WHAT EXPECTED JQ_PATH
expect() { [ "$(config "$3")" = "$2" ] || fail "the image's $1 is $(config "$3"), not $2"; }
expect user 65532:65532 User
expect entrypoint /usr/bin/workers_builds_exporter 'Entrypoint | join(" ")'
expect port 19877/tcp 'ExposedPorts | keys | join(" ")'
expect volume /var/lib/workers-builds-exporter 'Volumes | keys | join(" ")'
expect base localhost/debian:bookworm-slim 'Labels["org.opencontainers.image.base.name"]'
for label in title description licenses version revision; do
  config "Labels[\"org.opencontainers.image.$label\"] | select(length > 0 and . != \"unknown\")" >/dev/null ||
    fail "the image has no label org.opencontainers.image.$label"
done

image=$scratch/mounted
container=$(buildah from --pull-never localhost/workers-builds-exporter)
processes=()
cleanup() {
  kill "${processes[@]}" 2>/dev/null || true
  wait
  umount -R "$image"
  buildah rm "$container" >/dev/null
}
trap cleanup EXIT
mkdir -p "$image"
mount --bind "$(buildah mount "$container")" "$image"

# What it weighs, and that it holds what runs and no more.
megabytes=$(du -sx --apparent-size --block-size=1000000 "$image" | cut -f1)
echo "unpacked: $megabytes MB"
stated=$(sed -nE 's/.*about ([0-9]+) MB unpacked.*/\1/p' "$readme")
((megabytes <= ${stated:?the README does not state a size} && megabytes >= stated * 9 / 10)) ||
  fail "the image has $megabytes MB, and the README says about $stated"
# shellcheck disable=SC2016  # dpkg-query expands it
tools=$(chroot "$image" dpkg-query -W -f '${Package}\n' | grep -E -- '-dev(:|$)|^(g\+\+|gcc|cmake|git|curl|wget)$' || true)
[ -z "$tools" ] || fail "the image has what it does not need at run time:"$'\n'"$tools"
left=$(find "$image/var/lib/apt/lists" "$image/var/cache/apt" "$image/package" -mindepth 1 -type f 2>/dev/null || true)
[ -z "$left" ] || fail "the image has what only its making needed:"$'\n'"$left"

# The state's folder is a volume, which a runtime fills with what the image has there.
state=$scratch/state
rm -rf "$state"
cp -a "$image/var/lib/workers-builds-exporter" "$state"
mount --bind "$state" "$image/var/lib/workers-builds-exporter"
mount -t proc proc "$image/proc"
mount --bind /dev "$image/dev"
mount -o remount,bind,ro "$image"

mapfile -t environment < <(config 'Env[]')
mapfile -t entrypoint < <(config 'Entrypoint[]')
mapfile -t health < <(config 'Healthcheck.Test[1:][]')
become() { # [NAME=VALUE...] PROGRAM [ARGUMENT...]
  exec env -i "${environment[@]}" setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid \
    chroot --userspec="$(config User)" --groups= "$image" /usr/bin/env "$@"
}
in_image() { (become "$@"); }
[ "$(config 'Healthcheck.Test[0]')" = CMD ] || fail "the health check needs a shell that it does not name"
if in_image "${health[@]}" 2>/dev/null; then fail "it is healthy before it runs"; fi

become workers_builds_simulator --listen=127.0.0.1:8787 >"$scratch/simulator.out" &
processes+=($!)
wait_for "the start of the simulator" grep -q '^listening on ' "$scratch/simulator.out"
become CLOUDFLARE_BASE_URL=http://127.0.0.1:8787/client/v4 CLOUDFLARE_API_TOKEN=simulated-token \
  CLOUDFLARE_ACCOUNT_ID=023e105f4ecef8ad9ca31a8372d0c353 "${entrypoint[@]}" 2>"$scratch/exporter.log" &
exporter=$!
processes+=("$exporter")
page() { curl -s --noproxy '*' http://127.0.0.1:19877/metrics; }
is_up() { page | grep '^cloudflare_workers_builds_up{.*} 1$' >/dev/null || ! kill -0 "$exporter"; }
wait_for "a page that says up" is_up
kill -0 "$exporter" || fail "it ended: $(cat "$scratch/exporter.log")"
in_image "${health[@]}" || fail "it is not healthy while it serves"

status=$(cat "/proc/$exporter/status")
for line in 'Uid:\s65532\s65532\s65532\s65532' 'Gid:\s65532\s65532\s65532\s65532' 'CapEff:\s0+' 'NoNewPrivs:\s1'; do
  grep -qP "^$line$" <<<"$status" || fail "the process has not $line: $status"
done
[ -s "$state/state.db" ] || fail "there is no state in the volume: $(cat "$scratch/exporter.log")"
if in_image touch /tmp/x 2>/dev/null; then fail "the file system of this test is not read-only"; fi

kill "$exporter"
wait "$exporter" || fail "it does not end well: $(cat "$scratch/exporter.log")"
if in_image "${health[@]}" 2>/dev/null; then fail "it is healthy when it has ended"; fi
