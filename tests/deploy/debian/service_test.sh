#!/usr/bin/env bash
# A bookworm is booted, with a network of its own, and its systemd runs the service as it is shipped: everything that the
# unit forbids is forbidden. service_test.sh SCRATCH_FOLDER ROOT_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
need_root
scratch=$1
root=$scratch/service
machine=
cleanup() {
  local status=$?
  if [ -n "$machine" ]; then
    [ "$status" = 0 ] || inside journalctl --no-pager -n 40 -u "workers-builds-exporter*" >&2 || true
    kill "$machine" 2>/dev/null || true
    wait "$machine" 2>/dev/null || true
  fi
  rm -rf "$root"
}
trap cleanup EXIT

rm -rf "$root"
cp -a "$2" "$root"
cp "$scratch/package.deb" "$root/package.deb"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends ./package.deb >"$scratch/apt.log" 2>&1 ||
  fail "it cannot be installed: $(cat "$scratch/apt.log")"

probe=$(systemd-nspawn --quiet --directory="$root" --private-network --register=no --keep-unit --console=pipe /bin/true \
  </dev/null 2>&1) || { echo "skipped: this machine starts no container: $probe"; exit 77; }

# It does not outlive this script, however that ends.
setpriv --pdeathsig KILL systemd-nspawn --quiet --directory="$root" --boot --private-network --register=no --keep-unit --console=pipe \
  </dev/null >"$scratch/boot.log" 2>&1 &
machine=$!
init=
# The kernel ends the list of children with a space and no line feed.
has_init() { read -r init <"/proc/$machine/task/$machine/children" || [ -n "$init" ]; }
inside() { nsenter -t "${init:?}" -a -- "$@"; }
wait_for "the start of a systemd" has_init
is_booted() { [ "$(inside systemctl is-system-running 2>/dev/null)" = running ]; }
wait_for "the end of the boot" is_booted

service=workers-builds-exporter.service
value() { inside systemctl show -P "$1" "$service"; }
page() { nsenter -t "${init:?}" -n -- curl -s --noproxy '*' http://127.0.0.1:19877/metrics; }
is_up() { page | grep '^cloudflare_workers_builds_up{.*} 1$' >/dev/null; }
baseline() { page | sed -n 's/^cloudflare_workers_builds_baseline_timestamp_seconds{.*} //p'; }

said=$(inside systemd-analyze verify --man=no $service workers-builds-exporter.socket 2>&1 || true)
[ -z "$said" ] || fail "$said"
[ "$(inside systemctl is-enabled $service)" = disabled ] || fail "it is enabled without an account"
inside systemd-run --quiet --unit=simulator workers_builds_simulator --listen=127.0.0.1:8787

inside sed -i 's/ACCOUNT_ID /023e105f4ecef8ad9ca31a8372d0c353 /' /etc/workers-builds-exporter/exporter.yaml
inside sh -c 'echo CLOUDFLARE_BASE_URL=http://127.0.0.1:8787/client/v4 >>/etc/default/workers-builds-exporter'
inside systemctl start $service
is_failed() { [ "$(value ExecMainStatus)" = 1 ]; }
wait_for "an error without a token" is_failed
inside journalctl --no-pager -u $service | grep -F '/exporter.yaml:' | grep -F 'api_token_file: ' >/dev/null ||
  fail "the log does not say that the token is missing"
inside sh -c 'umask 077; echo simulated-token >/etc/workers-builds-exporter/cloudflare-token'
inside systemctl enable --quiet --now $service
wait_for "a page that says up" is_up

# Not root, without a capability, with a filter of system calls, and nothing that could be gained.
status=$(inside cat "/proc/$(value MainPID)/status")
for line in 'CapEff:\s0000000000000000' 'CapBnd:\s0000000000000000' 'NoNewPrivs:\s1' 'Seccomp:\s2'; do
  grep -qP "^$line$" <<<"$status" || fail "the process has not $line: $status"
done
if grep -qP '^Uid:\s0\s' <<<"$status"; then fail "it runs as root"; fi
page | grep '^process_start_time_seconds ' >/dev/null || fail "the page has no process_start_time_seconds: /proc/stat is hidden"

# The state outlives the process, and its user.
before=$(baseline)
inside systemctl restart $service
wait_for "a page after the restart" is_up
after=$(baseline)
[ "$after" = "${before:?}" ] || fail "the counters begin anew after a restart: they count from $after, and did from $before"

# An upgrade restarts what runs.
before=$(value MainPID)
inside dpkg -i /package.deb >"$scratch/dpkg.log" 2>&1 || fail "it cannot be upgraded: $(cat "$scratch/dpkg.log")"
wait_for "a page after the upgrade" is_up
[ "$(value MainPID)" != "$before" ] || fail "after an upgrade the old program still runs"

# The socket unit holds the port; the first scrape starts the exporter.
inside systemctl stop $service
inside sed -i 's/^ARGS=/&--web.systemd-socket /' /etc/default/workers-builds-exporter
inside systemctl enable --quiet --now workers-builds-exporter.socket
[ "$(value ActiveState)" = inactive ] || fail "it runs before anybody scrapes"
wait_for "a page through the socket unit" is_up
[ "$(value ActiveState)" = active ] || fail "something else serves"
inside systemctl restart $service
page | grep '^workers_builds_exporter_build_info' >/dev/null || fail "a connection during a restart was refused"

inside dpkg --purge workers-builds-exporter >"$scratch/dpkg.log" 2>&1 || fail "it cannot be purged: $(cat "$scratch/dpkg.log")"
[ "$(value ActiveState)" = inactive ] || fail "purged, it still runs"
left=$(find "$root/etc" "$root/usr" "$root/var/lib" -name '*workers*builds*')
[ -z "$left" ] || fail "purged, it leaves:"$'\n'"$left"
