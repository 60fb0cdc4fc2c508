#!/usr/bin/env bash
# Builds the image without docker, on a base of Debian's mirror as slim as the official one.
# make_image.sh PACKAGE_SCRATCH_FOLDER SCRATCH_FOLDER [given|built]
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
need_root
package=$1
scratch=$2
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
base=docker.io/library/debian:bookworm-slim
mkdir -p "$scratch"
buildah() { command buildah --storage-driver vfs --root "$scratch/storage" --runroot "$scratch/run" "$@"; }

# The context as git has it, with the package where ./dev package puts it.
rm -rf "$scratch/context"
git clone -q --no-hardlinks "$repository" "$scratch/context"
(cd "$repository" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$scratch/context")
mkdir -p "$scratch/context/build/package"
cp "$package/package.deb" "$scratch/context/build/package/"

if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
  # As Debian's own image it has usr-is-merged; usrmerge would bring all of perl.
  mmdebstrap --quiet --variant=minbase --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' bookworm "$scratch/base.tar" - >"$scratch/base.log" 2>&1 <<'SOURCES'
deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
SOURCES
  container=$(buildah from scratch)
  buildah add -q "$container" "$scratch/base.tar" / >/dev/null
  buildah config --cmd bash "$container"
  buildah commit -q "$container" "$base" >/dev/null
  buildah rm "$container" >/dev/null
  rm "$scratch/base.tar"
fi

version=$(dpkg-deb -f "$package/package.deb" Version)
buildah bud --isolation chroot --format docker --pull-never --build-arg "PACKAGE=${3:-given}" --build-arg "VERSION=$version" \
  --build-arg "REVISION=$(git -C "$repository" rev-parse HEAD)" -t workers-builds-exporter \
  -f deploy/container/Dockerfile "$scratch/context" >"$scratch/build.log" 2>&1 ||
  fail "the image cannot be built: $(tail -n 30 "$scratch/build.log")"
