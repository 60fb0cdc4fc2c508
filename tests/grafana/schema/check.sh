#!/usr/bin/env bash
# Type-checks the dashboards against Grafana's published types, those of the last Grafana 10 and of the newest one.
# check.sh SCRATCH_FOLDER: packages and what is generated go there; nothing is written beside the sources.
set -euo pipefail
[ $# = 1 ] || { echo "usage: check.sh SCRATCH_FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dashboards=$here/../../../grafana/dashboards

mkdir -p "$1"
cd "$1"
if ! cmp -s "$here/package-lock.json" package-lock.json || [ ! -d node_modules ]; then
  cp "$here/package.json" "$here/package-lock.json" .
  npm ci --ignore-scripts --no-audit --no-fund --silent
fi

cp "$here/dashboard.ts" "$here/broken.ts" .
names=()
for file in "$dashboards"/*.json; do
  name=$(basename "$file" .json)
  names+=("$name.ts")
  { echo "import type { CheckedDashboard } from './dashboard';"
    echo "export const dashboard: CheckedDashboard ="
    cat "$file"
  } >"$name.ts"
done
[ ${#names[@]} -gt 0 ] || { echo "no dashboards in $dashboards" >&2; exit 1; }

# The declarations of Grafana 10 import themselves as @grafana/schema.
common='"strict": true, "noEmit": true, "skipLibCheck": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler"'
files=$(printf '"%s", ' "${names[@]}")'"broken.ts"'
cat >tsconfig.newest.json <<JSON
{"compilerOptions": {$common}, "files": [$files]}
JSON
cat >tsconfig.10.json <<JSON
{"compilerOptions": {$common, "paths": {
  "@grafana/schema": ["./node_modules/grafana-schema-10/dist/index.d.ts"],
  "@grafana/schema/*": ["./node_modules/grafana-schema-10/*"]}}, "files": [$files]}
JSON
status=0
for version in 10 newest; do
  node_modules/.bin/tsc -p "tsconfig.$version.json" || { echo "the types of Grafana $version refuse them" >&2; status=1; }
done
exit $status
