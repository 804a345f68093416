#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E6 getType: Event-Name, of the switch's own events and of those sent.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
reader json "$M/events.json"
reader plain "$M/events"
channel
hang_up "$u"
printf 'MESSAGE\nMark: %s\n\n' "$u" >"$M/sendevent"
await has_event "$WORK/json" Mark "$u"
is_written() { grep -q "^Mark: $u" "$WORK/plain"; }
await is_written
types() {
  jq -r --arg u "$u" 'select(."Unique-ID" == $u or .Mark == $u) | ."Event-Name"' <"$WORK/json"
}
types >"$WORK/types"
for name in CHANNEL_CREATE CHANNEL_STATE CHANNEL_ANSWER CHANNEL_PARK CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY MESSAGE; do
  check grep -qx "$name" "$WORK/types"
done
note "every event has one, the same in both formats, as its first line"
jq -r '."Event-Name"' <"$WORK/json" >"$WORK/json.types"
check_not grep -qx null "$WORK/json.types"
sed -n 's/^Event-Name: //p' "$WORK/plain" >"$WORK/plain.types"
longer=$WORK/json.types shorter=$WORK/plain.types
[ "$(wc -l <"$longer")" -ge "$(wc -l <"$shorter")" ] || { longer=$WORK/plain.types shorter=$WORK/json.types; }
check begins_with "$longer" "$shorter"
