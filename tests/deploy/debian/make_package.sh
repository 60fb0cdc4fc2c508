#!/usr/bin/env bash
# Packages what is built, and unpacks the package for the tests. make_package.sh BUILD_FOLDER SCRATCH_FOLDER
set -euo pipefail
rm -rf "$2"
mkdir -p "$2"
cpack --config "$1/CPackConfig.cmake" -B "$2/made" >"$2/cpack.log" 2>&1 || { cat "$2/cpack.log" >&2; exit 1; }
cp "$2"/made/workers-builds-exporter_*.deb "$2/package.deb"
dpkg-deb -R "$2/package.deb" "$2/unpacked"
