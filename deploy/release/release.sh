#!/usr/bin/env bash
# Everything that a release consists of, of the commit that is checked out: ./dev release
# release.sh PACKAGE.deb DIST_FOLDER [--without-image]
#
# A commit with the tag of the project's version is a release, every other one a snapshot of it.
set -euo pipefail
repository=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
package=$(realpath "$1")
dist=$2
image=${3-}

fail() {
  printf 'release: %s\n' "$*" >&2
  exit 1
}
said() { printf '%s\n' "$*" >&2; }

case ${*:3} in
  "" | --without-image) ;;
  *) fail "there is no ${*:3}, only --without-image" ;;
esac
dist=$(realpath -m "$dist")
cd "$repository"
[ -z "$(git status --porcelain)" ] || fail "the tree has changes that no commit has: commit or remove them"$'\n'"$(git status --short)"
project=$(sed -nE 's/^project\(.* VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
for tag in $(git tag --points-at HEAD 'v[0-9]*'); do
  [ "$tag" = "v$project" ] || fail "the tag $tag is not that of version $project, which CMakeLists.txt has: change one of them"
  grep -qE "^## ${project//./\\.}( |$)" CHANGELOG.md || fail "CHANGELOG.md has no section '## $project': what is under 'Unreleased' goes there"
done
version=$(deploy/debian/version.sh "$project")
found=$(dpkg-deb -f "$package" Version)
[ "$found" = "$version" ] || fail "the package is of version $found, and this is $version: ./dev release makes it anew"
name=workers-builds-exporter
revision=$(git rev-parse HEAD)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A release that fails leaves the former one.
made=$scratch/dist
mkdir "$made"
# A tag of an image has no ~ and no +.
tag=${version//[~+]/-}

# Where there is no git, version.sh reads it.
echo "$version" >"$scratch/VERSION"
git archive --prefix="$name-$version/" --add-file="$scratch/VERSION" HEAD | gzip -9n >"$made/$name-$version.tar.gz"
cp "$package" "$made/"
deploy/release/sbom.py "$package" "$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)" >"$made/$name-$version.spdx.json"

if [ "$image" = --without-image ]; then
  said "no image: --without-image"
elif ! command -v buildah >/dev/null || [ "$(id -u)" != 0 ]; then
  said "no image: it needs buildah, and root"
else
  git clone -q "$repository" "$scratch/context"
  install -D -t "$scratch/context/build/package" "$package"
  full=$name:$tag
  deploy/container/build_image.sh "$scratch/context" "$scratch" "$full" "$version" "$revision" >"$scratch/image.log" 2>&1 ||
    fail "the image cannot be built: $(tail -n 20 "$scratch/image.log")"
  buildah --storage-driver vfs --root "$scratch/storage" --runroot "$scratch/run" push -q "$full" \
    "docker-archive:$scratch/image.tar:$full"
  gzip -9n <"$scratch/image.tar" >"$made/$name-$version.image.tar.gz"
fi

if ! command -v helm >/dev/null; then
  said "no chart: it needs helm"
else
  # Semantic versions have - where Debian has ~.
  helm package "deploy/helm/$name" --version "${version/\~/-}" --app-version "$tag" --destination "$made" >/dev/null
fi

(cd "$made" && sha256sum -- * >"$scratch/SHA256SUMS" && mv "$scratch/SHA256SUMS" .)
rm -rf "$dist"
mkdir -p "$(dirname "$dist")"
mv "$made" "$dist"
ls "$dist"
