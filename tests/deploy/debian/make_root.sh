#!/usr/bin/env bash
# A bookworm with systemd, of the packages of today. make_root.sh ROOT_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
need_root
rm -rf "$1"
mkdir -p "$1"
mmdebstrap --quiet --variant=apt --include=systemd --skip=cleanup/apt/lists bookworm "$1" - <<'SOURCES'
deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
SOURCES
