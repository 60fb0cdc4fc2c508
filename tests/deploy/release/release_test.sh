#!/usr/bin/env bash
# A release is made of a clean commit that the changelog knows, and is complete. release_test.sh SCRATCH_FOLDER PACKAGE.deb
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/deploy/support.sh
source "$here/../support.sh"
scratch=$1
given=$2
repository=$(cd "$here/../../.." && pwd)
rm -rf "$scratch"
mkdir -p "$scratch"
# As it is, changes included, as one commit.
git clone -q "$repository" "$scratch/checkout"
(cd "$repository" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp -P --parents -t "$scratch/checkout")
cd "$scratch/checkout"
PATH=$PATH:$CLUSTER_TOOLS/bin
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
git tag -l | xargs -r git tag -d >/dev/null
git add -A
git commit -q --allow-empty -m "as it is"
version=$(sed -nE 's/^project\(.* VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)

# package_of VERSION: the package, with another version on it.
package_of() {
  rm -rf "$scratch/package"
  dpkg-deb -R "$given" "$scratch/package"
  sed -i "s/^Version: .*/Version: $1/" "$scratch/package/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$scratch/package" "$scratch/package.deb" >/dev/null
}
release() { deploy/release/release.sh "$scratch/package.deb" "$scratch/dist" "${1:---without-image}" 2>&1; }
# refuses WHAT WORDS
refuses() {
  local said
  said=$(release) && fail "it makes a release $1"
  [[ $said == *"$2"* ]] || fail "it makes no release $1, but says: $said"
}

package_of "$version"
refuses "of a package of another version" "the package is of version $version, and this is $version~git"
echo >>README.md
refuses "of what is not committed" "the tree has changes that no commit has"
git checkout -q README.md
git tag v99.0.0
refuses "under the tag of another version" "the tag v99.0.0 is not that of version $version"
git tag -d v99.0.0 >/dev/null
git tag "v$version"
sed -i "/^## ${version//./\\.}/d" CHANGELOG.md
if [ -n "$(git status --porcelain)" ]; then git commit -q -am "without a section" && git tag -f "v$version" >/dev/null; fi
refuses "that the changelog does not know" "CHANGELOG.md has no section '## $version'"

sed -i "s|^## Unreleased$|&\n\n## $version / 2026-01-02|" CHANGELOG.md
git commit -q -am "with a section"
git tag -f "v$version" >/dev/null
release >"$scratch/release.txt" || fail "it makes no release: $(cat "$scratch/release.txt")"
# What is refused, or fails on its way, leaves the former release.
said=$(release --without-images) && fail "it takes an argument that it does not know"
[[ $said == *"there is no --without-images"* ]] || fail "of an argument that it does not know it says: $said"
sha256sum "$scratch"/dist/* >"$scratch/expected.txt"
mkdir "$scratch/broken"
printf '#!/bin/sh\nexit 1\n' >"$scratch/broken/helm"
chmod +x "$scratch/broken/helm"
if (PATH=$scratch/broken:$PATH release >"$scratch/broken.txt"); then fail "it makes a release without its chart"; fi
sha256sum "$scratch"/dist/* >"$scratch/found.txt"
same "a release that fails changes the former one" "$scratch/expected.txt" "$scratch/found.txt"
touch "$scratch/dist/former"
release >"$scratch/release.txt" || fail "it makes no second release: $(cat "$scratch/release.txt")"
[ ! -e "$scratch/dist/former" ] || fail "a release has files of the former one"
cd "$scratch/dist"
sha256sum --quiet -c SHA256SUMS || fail "the checksums are not those of the files"
for file in "workers-builds-exporter-$version.tar.gz" "workers-builds-exporter-$version.spdx.json" \
  "workers-builds-exporter-$version.tgz" package.deb; do
  grep -q " $file$" SHA256SUMS || fail "there is no checksum of $file: $(cat SHA256SUMS)"
done
helm show chart "workers-builds-exporter-$version.tgz" | grep "^appVersion: $version$" >/dev/null ||
  fail "the chart installs another version: $(helm show chart "workers-builds-exporter-$version.tgz")"
(git -C "$scratch/checkout" ls-files && echo VERSION) | sed "s|^|workers-builds-exporter-$version/|" | sort >"$scratch/expected.txt"
tar -tzf "workers-builds-exporter-$version.tar.gz" | grep -v '/$' | sort >"$scratch/found.txt"
same "the tarball is not what git has" "$scratch/expected.txt" "$scratch/found.txt"
tar -xzf "workers-builds-exporter-$version.tar.gz" -C "$scratch"
found=$(cd "$scratch/workers-builds-exporter-$version" && deploy/debian/version.sh 99.0.0)
[ "$found" = "$version" ] || fail "unpacked, the tarball is of version $found"
NODE_PATH=/usr/share/nodejs node "$here/sbom_test.mjs" "workers-builds-exporter-$version.spdx.json" package.deb
