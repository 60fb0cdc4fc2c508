#!/usr/bin/env bash
# The programs are hardened as Debian's own are. hardening_test.sh SCRATCH_FOLDER
set -euo pipefail
# shellcheck source=tests/deploy/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
for program in "$1"/unpacked/usr/bin/*; do
  found=$(readelf -W --file-header --program-headers --dynamic --dyn-syms "$program")
  # has WHAT PATTERN
  has() { grep -qE "$2" <<<"$found" || fail "${program##*/}: $1"; }
  has "its addresses are the same in each process" 'FLAGS_1.*\bPIE\b'
  has "what the loader writes stays writable" 'GNU_RELRO'
  has "functions of libraries are bound late, in memory that stays writable" 'FLAGS.*\bBIND_NOW\b'
  has "its stack can be executed" 'GNU_STACK .* RW '
  has "a smashed stack is not noticed" '__stack_chk_fail'
  has "libc's functions do not look at the size of what they write to" '__v?snprintf_chk'
done
