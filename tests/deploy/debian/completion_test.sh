#!/usr/bin/env bash
# bash completes the flags of --help and the values that it knows. completion_test.sh SCRATCH_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
scratch=$(realpath "$1")
bin=$scratch/unpacked/usr/bin

# completions LINE: what bash offers for the last word of it, one a line.
completions() {
  bash --norc -c '
    source /usr/share/bash-completion/bash_completion
    source "$1"
    compopt() { :; }  # there is no command line that it could change
    COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
    # As readline breaks it.
    mapfile -t COMP_WORDS < <(grep -oE "=|[^ =]+" <<<"$2")
    [[ $2 != *" " && $2 != *= ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    $(complete -p "${COMP_WORDS[0]##*/}" | sed "s/.*-F \([^ ]*\).*/\1/") "${COMP_WORDS[0]}" "${COMP_WORDS[-1]}" x
    [ ${#COMPREPLY[@]} = 0 ] || printf "%s\n" "${COMPREPLY[@]}"
  ' completions "$scratch/unpacked/usr/share/bash-completion/completions/${1%% *}" "$1"
}

# offers LINE WORD...
offers() {
  local line=$1
  shift
  printf '%s\n' "$@" | sort >"$scratch/expected.txt"
  completions "$line" | sort >"$scratch/found.txt"
  same "after '$line' bash offers something else" "$scratch/expected.txt" "$scratch/found.txt"
}

PATH=$bin:$PATH
for program in workers_builds_exporter workers_builds_simulator; do
  flags_of "$bin/$program" >"$scratch/flags.txt"
  [ -s "$scratch/flags.txt" ] || fail "$program --help shows no flags"
  completions "$program --" | sed 's/=$//' | sort >"$scratch/found.txt"
  same "$program --help has other flags than bash completes" "$scratch/flags.txt" "$scratch/found.txt"
done
offers "workers_builds_exporter --config.c" --config.check --config.check-scripts=
offers "workers_builds_exporter --config.check --web.l" --web.listen-address=
offers "workers_builds_exporter --log.level=" debug info warn error
offers "workers_builds_exporter --log.level w" warn
offers "workers_builds_exporter --log.format=j" json
mkdir -p "$scratch/somewhere/files"
touch "$scratch/somewhere/files/exporter.yaml"
cd "$scratch/somewhere"
offers "workers_builds_exporter --config.file=files/ex" files/exporter.yaml
offers "workers_builds_simulator --scenario files/ex" files/exporter.yaml
offers "workers_builds_simulator --allow" --allow-remote
[ -z "$(completions "workers_builds_simulator --speed=")" ] || fail "a number is completed"
