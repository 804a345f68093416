#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# L1 eslSetLogLevel: eslfs/loglevel, 0 to 7; higher says more, at once.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
level=$M/eslfs/loglevel

said() { # TEXT
  grep -aqF -- "$1" "$WORK/eslfs.out"
}

for n in 0 1 2 3 4 5 6 7; do
  echo "$n" >"$level"
  same "$n" "$(cat "$level")"
done
note "level 7"
fail_with() { # MARK: a refused command is something to say for level 7 only
  same ENXIO "$(wrote "$M/api/uuid_kill" "$1\\n")"
}
fail_with heard-at-seven
await said heard-at-seven
note "less"
for n in 6 0; do
  echo "$n" >"$level"
  fail_with "not-heard-at-$n"
done
echo 7 >"$level"
fail_with heard-again
await said heard-again
check_not said not-heard-at
note "no other levels"
for word in 8 -1 debug '' '7 7' 07x; do
  same EINVAL "$(wrote "$level" "$word\\n")" "level '$word'"
  same 7 "$(cat "$level")"
done
