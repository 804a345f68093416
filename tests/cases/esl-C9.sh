#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C9 bgapi with a job id of one's own: the answer, the event, the result, and jobs/<id>/.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
reader events "$M/events.json" "event json BACKGROUND_JOB"
id=my-job-$(cat "$M/uuid")
exec 3<>"$M/bgapi"
printf '%s\n' "Job-UUID: $id" "echo hello  there" >&3
read -r answer <&3
same "+OK Job-UUID: $id" "$answer"
read -r result <&3
same "hello  there" "$result"
same_output "" cat <&3
note "the event is the switch's"
await has_event "$WORK/events" Job-UUID "$id"
same "echo|hello  there|hello  there" "$(jq -r --arg id "$id" 'select(."Job-UUID" == $id) | "\(."Job-Command")|\(."Job-Command-Arg")|\(._body)"' <"$WORK/events")"
note "jobs/"
same "echo hello  there" "$(cat "$M/jobs/$id/command")"
same "done" "$(cat "$M/jobs/$id/state")"
same "hello  there" "$(cat "$M/jobs/$id/reply")"
check grep -q "^$id	done	" "$M/bgapi"

note "the id holds for one command: the next has the switch's own kind"
echo "status" >&3
read -r answer <&3
check_not test "$answer" = "+OK Job-UUID: $id"
other=${answer#+OK Job-UUID: }
check test -d "$M/jobs/$other"
contains_output "UP " cat <&3
exec 3>&-
note "without an id, written: the reply names it"
echo "msleep 300" >"$M/bgapi"
last=$(cd "$M/jobs" && grep -lx "msleep 300" -- */command | head -n 1)
last=${last%/command}
same_output "+OK" cat <>"$M/jobs/$last/reply" # reading reply waits for it
same_output "done" cat <>"$M/jobs/$last/state"
