#!/usr/bin/env bash
# The version of what is packaged. version.sh PROJECT_VERSION, in a checkout or outside of one.
#
#   the tag vPROJECT_VERSION is this commit, or there is no checkout   0.1.0
#   commits after that tag                                             0.1.0+git3.9c04c1e2331e
#   before it                                                          0.1.0~git20261124180257.9c04c1e2331e
#
# dpkg sorts them in the order in which they are made.
set -euo pipefail
version=$1
if ! commit=$(git rev-parse --short=12 HEAD 2>/dev/null); then
  echo "$version"
elif git rev-parse -q --verify "refs/tags/v$version" >/dev/null && git merge-base --is-ancestor "v$version" HEAD; then
  since=$(git rev-list --count "v$version..HEAD")
  if [ "$since" = 0 ]; then echo "$version"; else echo "$version+git$since.$commit"; fi
else
  echo "$version~git$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d%H%M%S).$commit"
fi
