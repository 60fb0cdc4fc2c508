#!/usr/bin/env bash
# Versions follow the tags, and dpkg sorts them in the order of the commits. version_test.sh SCRATCH_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/deploy/support.sh
source "$here/../support.sh"
version() { "$here/../../../deploy/debian/version.sh" "$1"; }

rm -rf "$1"
mkdir -p "$1/outside"
cd "$1/outside"
export GIT_CEILING_DIRECTORIES=$1
found=$(version 0.1.0)
[ "$found" = 0.1.0 ] || fail "outside of a checkout 0.1.0 is $found"

git init -q "$1/checkout"
cd "$1/checkout"
commit() {
  GIT_COMMITTER_DATE="2026-01-02T03:04:0${1}Z" git -c user.name=test -c user.email=test@localhost commit -q --allow-empty -m "$1"
}
versions=()
commit 1
versions+=("$(version 0.1.0)")
[[ ${versions[0]} =~ ^0\.1\.0~git20260102030401\.[0-9a-f]{12}$ ]] || fail "before any tag: ${versions[0]}"
commit 2
versions+=("$(version 0.1.0)")
git tag v0.1.0
versions+=("$(version 0.1.0)")
[ "${versions[2]}" = 0.1.0 ] || fail "the tagged commit is ${versions[2]}"
commit 3
versions+=("$(version 0.1.0)")
[[ ${versions[3]} =~ ^0\.1\.0\+git1\.[0-9a-f]{12}$ ]] || fail "one commit after the tag: ${versions[3]}"
commit 4
versions+=("$(version 0.2.0)")
[[ ${versions[4]} == 0.2.0~git* ]] || fail "when the project's version went up: ${versions[4]}"
for ((i = 1; i < ${#versions[@]}; ++i)); do
  dpkg --compare-versions "${versions[i - 1]}" lt "${versions[i]}" || fail "${versions[i - 1]} is not before ${versions[i]}"
done
