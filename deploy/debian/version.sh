#!/usr/bin/env bash
# The version of what is packaged. version.sh PROJECT_VERSION, in the root of a checkout or of a release's tarball.
#
#   the tag vPROJECT_VERSION is this commit        0.1.0
#   commits after that tag                         0.1.0+git3.9c04c1e2331e
#   before it, or in a clone without tags          0.1.0~git20261124180257.9c04c1e2331e
#   with changes that no commit has                0.1.0+git0.9c04c1e2331e.dirty, 0.1.0+git3.9c04c1e2331e.dirty and so on
#   no checkout                                    what the file VERSION says, which release.sh puts into the tarball, or 0.1.0
#
# dpkg sorts them in the order in which they are made. A shallow clone has no tags, as a rule: of a commit after the release
# it makes a version before it.
set -euo pipefail
version=$1
if [ ! -e .git ]; then
  # git would look further up, and find a repository that these sources are not of.
  if [ -e VERSION ]; then cat VERSION; else echo "$version"; fi
  exit
fi
commit=$(git rev-parse --short=12 HEAD)
# What is missing is no change: .dockerignore leaves tracked files out.
dirty=
git diff --quiet --diff-filter=d HEAD || dirty=.dirty
if git rev-parse -q --verify "refs/tags/v$version" >/dev/null && git merge-base --is-ancestor "v$version" HEAD; then
  since=$(git rev-list --count "v$version..HEAD")
  if [ "$since$dirty" = 0 ]; then echo "$version"; else echo "$version+git$since.$commit$dirty"; fi
else
  echo "$version~git$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d%H%M%S).$commit$dirty"
fi
