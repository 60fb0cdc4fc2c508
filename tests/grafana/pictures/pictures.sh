#!/usr/bin/env bash
# A picture of each dashboard: pictures.sh BIN_FOLDER SCRATCH_FOLDER OUT_FOLDER. Packages go to SCRATCH_FOLDER, about
# 600 MB; nothing is written beside the sources but the pictures. Takes about six minutes.
set -euo pipefail
[ $# = 3 ] || { echo "usage: pictures.sh BIN_FOLDER SCRATCH_FOLDER OUT_FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$2"
if ! cmp -s "$here/package-lock.json" "$2/package-lock.json" || [ ! -d "$2/node_modules" ]; then
  cp "$here/package.json" "$here/package-lock.json" "$2"
  # Packages of Grafana's ask for versions of each other that do not fit; Grafana itself is built without asking.
  (cd "$2" && npm ci --legacy-peer-deps --ignore-scripts --no-audit --no-fund --silent)
fi
exec node "$here/pictures.mjs" "$@"
