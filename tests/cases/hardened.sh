#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What users get is built with every defence there is: PIE, full RELRO, no executable stack, stack protector, checked bounds.
# live: no, there is no switch in it
. "$(dirname -- "$0")/lib.sh"

command -v readelf >/dev/null || skip "there is no readelf to look with"
release_build
for program in eslfs eslfs-sim; do
  note "$program"
  file=$RELEASE/src/$program
  contains "$(readelf -hW "$file")" "DYN (Position-Independent Executable file)"
  segments=$(readelf -lW "$file")
  contains "$segments" GNU_RELRO
  same RW "$(awk '$1 == "GNU_STACK" { print $7 }' <<<"$segments")" "the stack's rights"
  same "" "$(awk '$1 == "LOAD" && / RWE /' <<<"$segments")" "what can be written and run"
  contains "$(readelf -dW "$file")" "BIND_NOW"
  symbols=$(readelf -W --dyn-syms "$file")
  contains "$symbols" __stack_chk_fail
  check grep -qE ' __[a-z]+_chk(@|$)' <<<"$symbols"
done

case $(uname -m) in
  x86_64) wanted=IBT ;;
  aarch64) wanted=BTI ;;
  *) wanted='' ;;
esac
if [ -n "$wanted" ]; then
  note "$wanted"
  contains "$(readelf -nW "$RELEASE/src/eslfs.p/main.c.o")" "$wanted"
fi
