# shellcheck shell=bash
# What the tests of this folder share; they source it.

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# wait_for WHAT COMMAND...: until it succeeds, 30 s at most.
wait_for() {
  local what=$1 deadline=$((SECONDS + 30))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || fail "$what did not happen in time"
    sleep 0.2
  done
}

# same WHAT EXPECTED_FILE FOUND_FILE: both, line by line.
same() {
  diff -u --label expected --label found "$2" "$3" >&2 || fail "$1"
}

# Where systems are made, only root can.
need_root() {
  [ "$(id -u)" = 0 ] || { echo "skipped: it needs root"; exit 77; }
}

# flags_of PROGRAM: those that its --help shows, one a line.
flags_of() {
  "$1" --help | grep -oE '^  (-h,)?--[a-z.-]+' | grep -oE -- '--.*' | sort
}
