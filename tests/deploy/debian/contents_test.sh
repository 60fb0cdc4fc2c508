#!/usr/bin/env bash
# The package has what it should have and nothing else, with the owners and modes of Debian.
# contents_test.sh SCRATCH_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/deploy/support.sh
source "$here/../support.sh"
cd "$1"
share=usr/share/workers-builds-exporter
{
  grep -v '^#' "$here/contents.txt"
  for file in "$here"/../../../deploy/prometheus/*.rules.yml; do echo "$share/prometheus/${file##*/}"; done
  for file in "$here"/../../../grafana/dashboards/*.json; do echo "$share/grafana/dashboards/${file##*/}"; done
} | sort >expected.txt
dpkg-deb --fsys-tarfile package.deb | tar -tf - | sed 's|^\./||; /\/$/d; /^$/d' | sort >found.txt
same "the package's files are not those of contents.txt" expected.txt found.txt

odd=$(dpkg-deb --fsys-tarfile package.deb | tar -tvf - | awk '
  { mode = substr($1, 1, 1) == "d" || $6 ~ /^\.\/usr\/bin\/./ ? "rwxr-xr-x" : "rw-r--r--" }
  $2 != "root/root" || substr($1, 2) != mode { print }')
[ -z "$odd" ] || fail "not of root, or with another mode than Debian's:"$'\n'"$odd"

depends=$(dpkg-deb -f package.deb Depends)
for package in ca-certificates libcpprest2.10 libsqlite3-0 libssl3; do
  [[ $depends == *"$package"* ]] || fail "it does not depend on $package: $depends"
done
[[ $depends != *-dev* ]] || fail "it depends on what only a compiler needs: $depends"

version=$(dpkg-deb -f package.deb Version)
for program in workers_builds_exporter workers_builds_simulator; do
  said=$("unpacked/usr/bin/$program" --version)
  [[ $said =~ [\ ]"$version"($|[\ ]) ]] || fail "the package is of version $version, and $program says $said"
done
