#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# live: no, it needs users in the switch's directory
# userauth: a user who may not do everything gets a mount that works for the rest, and is told what is missing.
. "$(dirname -- "$0")/lib.sh"

start_switch
note "a wrong password, a user who doesn't exist"
for user in restricted@127.0.0.1 nobody@127.0.0.1; do
  status=0
  mkdir -p "$M"
  ESL_PASSWORD=wrong quick "$ESLFS" "$user@$HOST:$PORT" "$M" 2>"$WORK/said" || status=$?
  same 78 "$status"
  contains "$(cat "$WORK/said")" "refuses the user $user or the password"
done

note "one who may do everything"
mount_as() { # USER PASSWORD
  mkdir -p "$M"
  ESL_PASSWORD=$2 "$ESLFS" -f "$1@$HOST:$PORT" "$M" >"$WORK/eslfs.out" 2>&1 &
  mount_pid=$!
  await mount_is_ready
}
mount_as admin@127.0.0.1 adminpass
contains "$(cat "$M/eslfs/connection")" "user admin@127.0.0.1"
check_not grep -q "restricted\|denied" "$M/eslfs/connection"
channel
hang_up "$u"
stop_mount

note "one who may not"
mount_as restricted@127.0.0.1 secret
check is_up
for line in "restricted events: only CHANNEL_CREATE CHANNEL_HANGUP" "restricted api: only status version" "denied log"; do
  check grep -qx "$line" "$M/eslfs/connection"
done
contains "$(cat "$M/query/status")" "UP "
same OK "$(wrote "$M/api/version" '\n')"
same EACCES "$(wrote "$M/api/hostname" '\n')"
same EACCES "$(wrote "$M/bgapi" 'hostname\n')"
check_not quick cat "$M/log" 2>"$WORK/said"
contains "$(cat "$WORK/said")" "Permission denied"
reader live "$M/events.json"
u=$(switch_api create_uuid)
own_channels+=("$u")
switch_api "originate {origination_uuid=$u}null/x &park" >/dev/null
await has_event "$WORK/live" Unique-ID "$u"
await test -d "$M/calls/$u"
same CHANNEL_CREATE "$(jq -r 'select(."Unique-ID" != null) | ."Event-Name"' <"$WORK/live" | sort -u)"
check_not quick cat "$M/calls/$u/vars" 2>"$WORK/said"
contains "$(cat "$WORK/said")" "Permission denied"

note "a conversation with bgapi: refused, and nothing outstanding"
exec 3<>"$M/bgapi"
echo hostname >&3
same_output "-ERR permission denied" cat <&3
echo version >&3
read -r id <&3
contains "$id" "+OK Job-UUID: "
exec 3>&-
