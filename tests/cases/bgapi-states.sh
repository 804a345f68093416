#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A job's state is done or failed by what the switch said, for commands whose refusal may stand in any line too; looking at bgapi is safe meanwhile.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
job() { # ID COMMAND STATE
  printf 'Job-UUID: %s\n%s\n' "$1" "$2" >"$M/bgapi"
  same_output "$3" cat <>"$M/jobs/$1/state"
  check ls -l "$M/bgapi" >/dev/null
  contains "$(cat "$M/bgapi")" "$1	$3	"
}
id=$(cat "$M/uuid")
job "$id-1" reloadxml "done"
job "$id-2" "expand echo x" "done"
job "$id-3" "reload mod_there_is_no_such" failed
job "$id-4" "uuid_answer $id" failed
job "$id-5" "echo -ERR x" "done"
job "$id-6" "uuid_kill $id" failed
