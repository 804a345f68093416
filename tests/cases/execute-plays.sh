#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A dialplan application written to execute runs; its end is seen by a live reader.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
reader seen "$M/events.json" "event json CHANNEL_EXECUTE_COMPLETE" "filter Unique-ID $u"
echo "playback tone_stream://%(200,0,440)" >"$M/calls/$u/execute"
played() {
  jq -e -s '.[] | select(.Application == "playback")' <"$WORK/seen" >"$WORK/played"
}
await played
same "$u" "$(jq -r '."Unique-ID"' "$WORK/played")"
same 'tone_stream://%(200,0,440)' "$(jq -r '."Application-Data"' "$WORK/played")"
contains "$(cat "$M/calls/$u/execute")" +OK "the last reply"

note "arguments of any form"
printf '%s\n' "set greeting=it's 100% \"fine\"; %41 \\n ok" >"$M/calls/$u/execute"
set_was_run() {
  [ "$(cat "$M/calls/$u/var/greeting" 2>/dev/null)" = "it's 100% \"fine\"; %41 \\n ok" ]
}
await set_was_run
stop_reader seen
