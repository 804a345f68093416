#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/call-and-listen.sh: a call, its result, digits up to the first that is none, a hangup.
. "$(dirname -- "$0")/lib.sh"
export F=$M

switch_and_mount
quick "$ROOT/docs/examples/call-and-listen.sh" null/x >"$WORK/said" &
script=$!
await grep -q '^Result of call' "$WORK/said"
u=$(sed -n 's/.*call uuid of //p' "$WORK/said")
own_channels+=("$u")
same "Result of call to null/x was +OK $u" "$(sed -n 2p "$WORK/said")"
for digits in 1 23 '#'; do
  echo "$u $digits" >"$M/api/uuid_recv_dtmf"
  await grep -qxF "Received DTMF digit: ${digits: -1}" "$WORK/said"
done
check wait "$script"
same "1 2 3 #" "$(sed -n 's/^Received DTMF digit: //p' "$WORK/said" | paste -sd' ')"
same "Exiting..." "$(tail -n 1 "$WORK/said")"
await test ! -e "$M/calls/$u"
