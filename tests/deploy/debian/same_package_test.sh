#!/usr/bin/env bash
# Packaged again, what is built makes the same bytes, whenever it was built.
# same_package_test.sh BUILD_FOLDER PACKAGE_SCRATCH_FOLDER SCRATCH_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/deploy/support.sh
source "$here/../support.sh"
build=$1
scratch=$3
program=$build/bin/workers_builds_exporter
mkdir -p "$scratch"
touch -r "$program" "$scratch/built"
trap 'touch -r "$scratch/built" "$program"' EXIT
touch -d "2026-01-02" "$program"
"$here/make_package.sh" "$build" "$scratch/again"
for package in "$2" "$scratch/again"; do
  dpkg-deb --fsys-tarfile "$package/package.deb" | tar -tvf - --full-time
done | sort | uniq -u >"$scratch/differences.txt"
cmp "$2/package.deb" "$scratch/again/package.deb" ||
  fail "the same commit makes another package: $(head -n 6 "$scratch/differences.txt")"
