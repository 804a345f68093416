#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/testclient.sh and testserver.sh do what libesl's do.
. "$(dirname -- "$0")/lib.sh"
export F=$M

if is_live && [ "$LIVE_HOST" != 127.0.0.1 ]; then skip "the switch can't dial us"; fi
# shellcheck disable=SC2119
start_switch
port=$("$PYTHON" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
start_mount -o "outbound=$port"

note "testclient"
check quick "$ROOT/docs/examples/testclient.sh" >"$WORK/status"
check grep -q 'is ready' "$WORK/status"

note "testserver"
"$ROOT/docs/examples/testserver.sh" "playback tone_stream://%(60000,0,440)" >"$WORK/said" &
u=$(cat "$M/uuid")
own_channels+=("$u")
echo "{origination_uuid=$u}null/x '&socket(127.0.0.1:$port async full)'" >"$M/api/originate"
await grep -qx "Connected! $u" "$WORK/said"
is_playing() {
  grep -q '^Application: playback' "$WORK/said"
}
await is_playing
echo "$u" >"$M/api/uuid_kill"
await grep -qx "Disconnected! $u" "$WORK/said"
check grep -qx 'Event-Name: CHANNEL_HANGUP' "$WORK/said"
check_not grep -qx 'Event-Name: CHANNEL_CREATE' "$WORK/said"
