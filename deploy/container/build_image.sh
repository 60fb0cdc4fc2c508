#!/usr/bin/env bash
# Builds the image with buildah, without docker and without a registry: its base is made of Debian's mirror, as slim as
# Debian's own image. Needs root. build_image.sh CONTEXT_FOLDER STORAGE_FOLDER NAME VERSION REVISION [given|built]
set -euo pipefail
context=$1
storage=$2
base=localhost/debian:bookworm-slim
buildah() { command buildah --storage-driver vfs --root "$storage/storage" --runroot "$storage/run" "$@"; }

if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
  # As Debian's own image it has usr-is-merged; usrmerge would bring all of perl.
  mmdebstrap --quiet --variant=minbase --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' bookworm "$storage/base.tar" - <<'SOURCES'
deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
SOURCES
  container=$(buildah from scratch)
  buildah add -q "$container" "$storage/base.tar" / >/dev/null
  buildah config --cmd bash "$container"
  buildah commit -q "$container" "$base" >/dev/null
  buildah rm "$container" >/dev/null
  rm "$storage/base.tar"
fi
buildah bud --isolation chroot --format docker --pull-never --build-arg "BASE=$base" --build-arg "PACKAGE=${6:-given}" \
  --build-arg "VERSION=$4" --build-arg "REVISION=$5" -t "$3" -f "$context/deploy/container/Dockerfile" "$context"
