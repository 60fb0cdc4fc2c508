#!/usr/bin/env bash
# The manuals are well formed and name the flags of --help, no more and no fewer. manuals_test.sh SCRATCH_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
for program in workers_builds_exporter workers_builds_simulator; do
  manual=$1/$program.1
  gunzip -c "$1/unpacked/usr/share/man/man1/$program.1.gz" >"$manual"
  mandoc -T lint -W warning "$manual" >&2 || fail "$program(1) is not well formed"
  flags_of "$1/unpacked/usr/bin/$program" >"$1/flags.txt"
  sed -nE 's/^\.It Fl (h , Fl )?-([a-z.-]+).*/--\2/p' "$manual" | sort >"$1/documented.txt"
  [ -s "$1/flags.txt" ] || fail "$program --help shows no flags"
  same "$program(1) and $program --help do not name the same flags" "$1/flags.txt" "$1/documented.txt"
done
