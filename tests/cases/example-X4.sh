#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/answer-and-play.sh: each call is answered, hears the file to its end, is hung up.
. "$(dirname -- "$0")/lib.sh"
export F=$M

if is_live && [ "$LIVE_HOST" != 127.0.0.1 ]; then skip "the switch can't dial us"; fi
# shellcheck disable=SC2119
start_switch
port=$("$PYTHON" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
start_mount -o "outbound=$port"
reader seen "$M/events.json" "event json CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE"
"$ROOT/docs/examples/answer-and-play.sh" 'tone_stream://%(200,0,440)' &
for n in 1 2; do
  note "call $n"
  u=$(cat "$M/uuid")
  own_channels+=("$u")
  echo "{origination_uuid=$u}null/x '&socket(127.0.0.1:$port full)'" >"$M/api/originate"
  ended() {
    has_event "$WORK/seen" Event-Name CHANNEL_HANGUP_COMPLETE &&
      jq -e -s --arg u "$u" 'any(.[]; ."Unique-ID" == $u and ."Event-Name" == "CHANNEL_HANGUP_COMPLETE")' \
        <"$WORK/seen" >/dev/null
  }
  await ended
  same 'answer null
playback FILE PLAYED' "$(jq -r --arg u "$u" 'select(."Unique-ID" == $u and ."Event-Name" == "CHANNEL_EXECUTE_COMPLETE" and (.Application | IN("answer", "playback"))) |
      .Application + " " + (if .Application == "answer" then "null" else ."Application-Response" end)' <"$WORK/seen")"
  same NORMAL_CLEARING "$(cat "$M/ended/$u/cause")"
done
stop_reader seen
