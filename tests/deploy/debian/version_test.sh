#!/usr/bin/env bash
# Versions follow the tags, and dpkg sorts them in the order of the commits. version_test.sh SCRATCH_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/deploy/support.sh
source "$here/../support.sh"
version() { "$here/../../../deploy/debian/version.sh" "$1"; }
git_() { git -c user.name=test -c user.email=test@localhost "$@"; }

rm -rf "$1"
mkdir -p "$1"
git init -q "$1/checkout"
cd "$1/checkout"
commit() {
  echo "$1" >file
  git add file
  GIT_COMMITTER_DATE="2026-01-02T03:04:0${1}Z" git_ commit -q -m "$1"
}
versions=()
touch left_out
git add left_out
commit 1
versions+=("$(version 0.1.0)")
[[ ${versions[0]} =~ ^0\.1\.0~git20260102030401\.[0-9a-f]{12}$ ]] || fail "before any tag: ${versions[0]}"
commit 2
versions+=("$(version 0.1.0)")
git tag v0.1.0
versions+=("$(version 0.1.0)")
[ "${versions[2]}" = 0.1.0 ] || fail "the tagged commit is ${versions[2]}"

# What Docker makes of a checkout is still that commit: other times, some files left out, some besides.
rm left_out
touch -d 2026-01-01 file
touch untracked
found=$(version 0.1.0)
[ "$found" = 0.1.0 ] || fail "the tagged commit without a file is $found"
echo changed >file
versions+=("$(version 0.1.0)")
[[ ${versions[3]} =~ ^0\.1\.0\+git0\.[0-9a-f]{12}\.dirty$ ]] || fail "the tagged commit with a change: ${versions[3]}"
git add file
found=$(version 0.1.0)
[ "$found" = "${versions[3]}" ] || fail "the tagged commit with a change in the index: $found"
git checkout -q HEAD -- file left_out

commit 3
versions+=("$(version 0.1.0)")
[[ ${versions[4]} =~ ^0\.1\.0\+git1\.[0-9a-f]{12}$ ]] || fail "one commit after the tag: ${versions[4]}"
echo changed >file
versions+=("$(version 0.1.0)")
[ "${versions[5]}" = "${versions[4]}.dirty" ] || fail "one commit after the tag, with a change: ${versions[5]}"
commit 4
versions+=("$(version 0.2.0)")
[[ ${versions[6]} == 0.2.0~git* ]] || fail "when the project's version went up: ${versions[6]}"
for ((i = 1; i < ${#versions[@]}; ++i)); do
  dpkg --compare-versions "${versions[i - 1]}" lt "${versions[i]}" || fail "${versions[i - 1]} is not before ${versions[i]}"
done

git clone -q --depth=1 --no-tags "file://$PWD" "$1/shallow"
found=$(cd "$1/shallow" && version 0.1.0)
[[ $found == 0.1.0~git20260102030404.* ]] || fail "a shallow clone is $found"

# A tarball, in a repository of something else: this checkout.
mkdir tarball
cd tarball
found=$(version 0.1.0)
[ "$found" = 0.1.0 ] || fail "outside of a checkout 0.1.0 is $found"
echo 0.1.0~git20260102030401.123456789abc >VERSION
found=$(version 0.1.0)
[ "$found" = 0.1.0~git20260102030401.123456789abc ] || fail "what the tarball says is taken for $found"
cd ..

# Whoever may not look is told so, and gets no version.
said=$(GIT_TEST_ASSUME_DIFFERENT_OWNER=1 version 0.1.0 2>&1) && fail "in a checkout of somebody else it is $said"
[[ $said == *"dubious ownership"* ]] || fail "in a checkout of somebody else it says: $said"
