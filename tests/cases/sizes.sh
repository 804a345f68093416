#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What stat says of files that are kept in memory is their length, while jobs come, run, end and are forgotten, and commands fail.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
exact() { # FILE: a running job's time may gain a digit between the two
  cat "$1" >"$WORK/text"
  [ "$(stat -c %s "$1")" = "$(stat -c %s "$WORK/text")" ]
}
all_exact() {
  local file
  await exact "$M/bgapi"
  await exact "$M/eslfs/errors"
  while IFS= read -r file; do await exact "$file"; done < <(find "$M/jobs" -type f)
}
id=$(cat "$M/uuid")
start() { # ID COMMAND
  printf 'Job-UUID: %s\n%s\n' "$id-$1" "$2" >"$M/bgapi"
}
ended() { # ID
  quick cat <>"$M/jobs/$id-$1/reply" >/dev/null
}

same 0 "$(stat -c %s "$M/bgapi")"
all_exact
start long "msleep 600000"
start "od d id" "echo a	b\\c"
start failed "uuid_kill $id"
start silent "echo"
check_not start long status
for name in "od d id" failed silent; do ended "$name"; done
all_exact
check test "$(wc -l <"$M/bgapi")" -eq 4

note "the id of one that has ended, again"
start failed "echo fine this time"
ended failed
all_exact
check test "$(wc -l <"$M/bgapi")" -eq 4

note "more than are kept: the oldest that have ended go, the one that runs stays"
for ((i = 0; i < 1010; i++)); do printf 'echo %s\n' "$i"; done >"$WORK/commands"
cat "$WORK/commands" >"$M/bgapi"
over() { [ "$(grep -c '	done	' "$M/bgapi")" -eq 999 ]; }
await over
check grep -q "^$id-long	running	" "$M/bgapi"
check test "$(wc -l <"$M/bgapi")" -eq 1000
await exact "$M/bgapi"
await exact "$M/jobs/$id-long/elapsed"

note "failures, and what is counted"
for ((i = 0; i < 3; i++)); do same EOPNOTSUPP "$(wrote "$M/api/there_is_no_such" "a	$i\\n")"; done
all_failures() { exact "$M/eslfs/errors" && [ "$(wc -l <"$M/eslfs/errors")" -ge 3 ]; }
await all_failures
await exact "$M/eslfs/metrics"
