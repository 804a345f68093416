#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A live reader of dtmf that leaves too much unread gets what was kept, in order, then how many digits it missed; and what is no digit breaks no line.
# live: no, the channel and its digits are made up
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
# A channel that the switch doesn't know: it would take digits sent to one of its own.
u=made-up-$(cat "$M/uuid")
printf '%s\n' CHANNEL_CREATE "Unique-ID: $u" "Channel-State: CS_EXECUTE" "" >"$M/sendevent"
await test -d "$M/calls/$u"
exec 3<>"$M/calls/$u/dtmf"
press() { # COUNT DIGIT [DURATION]
  "$PYTHON" - "$u" "$@" <<'END'
import sys
import esl
uuid, count, digit, duration = (sys.argv[1:] + ['18446744073709551615'])[:4]
headers = [(b'Unique-ID', uuid.encode()), (b'DTMF-Digit', digit.encode()), (b'DTMF-Duration', duration.encode())]
esl.Connection().pipeline(esl.event(b'DTMF', headers, b'') for _ in range(int(count)))
END
}
heard() { # DIGIT: the model has it
  tail -n 1 "$M/calls/$u/dtmf" | grep -q "^$1 "
}
press 4000 1
press 1 2 7
await heard 2
echo "timeout 0" >&3
quick cat <&3 >"$WORK/first"
kept=$(grep -cx '1 18446744073709551615' "$WORK/first")
check test "$kept" -gt 1000
same "$((kept + 1))" "$(wc -l <"$WORK/first")"
same "lost $((4001 - kept))" "$(tail -n 1 "$WORK/first")"

note "what comes then is there"
press 1 3 8
await heard 3
same_output "3 8" cat <&3

note "a line is a digit and a number"
press 1 "9x" "5 y"
press 1 "" 5
press 1 4 -
await heard 4
same_output "9 5"$'\n'"4 0" cat <&3
exec 3<&-
