# bash completion for workers_builds_exporter and workers_builds_simulator: flags as the program's own --help has them.

_workers_builds() {
  # shellcheck disable=SC2034  # words, cword and split are what _init_completion sets
  local cur prev words cword split
  _init_completion -s || return

  # `--flag=` where the help shows a value after it.
  local flags
  flags=$("$1" --help 2>/dev/null |
    sed -nE 's/^  (-h,)?(--[a-z.-]+) [A-Z].*/\2=/p; t; s/^  (-h,)?(--[a-z.-]+).*/\2/p')

  case $prev in
    --log.level) mapfile -t COMPREPLY < <(compgen -W "debug info warn error" -- "$cur") ;;
    --log.format) mapfile -t COMPREPLY < <(compgen -W "logfmt json" -- "$cur") ;;
    --config.file | --state.path | --scenario) _filedir ;;
    *)
      # A value of which nothing is known.
      [[ $'\n'$flags$'\n' != *$'\n'"$prev="$'\n'* ]] || return
      mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$cur")
      [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
      ;;
  esac
} &&
  complete -F _workers_builds workers_builds_exporter workers_builds_simulator
