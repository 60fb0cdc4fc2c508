#!/usr/bin/env bash
# Builds the image of what is checked out, changes included.
# make_image.sh PACKAGE_SCRATCH_FOLDER SCRATCH_FOLDER [given|built]
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
need_root
package=$1
scratch=$2
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
mkdir -p "$scratch"
# The context as git has it, with the package where ./dev package puts it.
rm -rf "$scratch/context"
git clone -q --no-hardlinks "$repository" "$scratch/context"
(cd "$repository" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp -P --parents -t "$scratch/context")
mkdir -p "$scratch/context/build/package"
cp "$package/package.deb" "$scratch/context/build/package/"

"$repository/deploy/container/build_image.sh" "$scratch/context" "$scratch" workers-builds-exporter \
  "$(dpkg-deb -f "$package/package.deb" Version)" "$(git -C "$repository" rev-parse HEAD)" "${3:-given}" \
  >"$scratch/build.log" 2>&1 || fail "the image cannot be built: $(tail -n 30 "$scratch/build.log")"
